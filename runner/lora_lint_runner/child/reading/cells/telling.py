"""Expressions that tell by themselves what kind of thing they are."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from .shape import ANY, Shape

TURNS = (("role", "content"), ("from", "value"), ("type", "text"))
PARTS_OF_TIME = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))  # `2024-01-31 12:30:59`


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_said(node: ast.AST, among: ast.Dict) -> bool:
    """Is it what somebody says in a turn of a chat, whatever it is called: `{"role": "user", "content":
    row["label"]}`? A list of parts is told by its own uses."""
    keys = [key.value if isinstance(key, ast.Constant) else None for key in among.keys]
    place = next((key for key, value in zip(keys, among.values) if value is node), None)
    return any(place == said and who in keys for who, said in TURNS)


def is_path(node: ast.AST) -> bool:
    """Is it a path below which something lies: `root / "images"`, `Path(root)`?"""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Div) and (is_path(node.left) or is_path(node.right))
    called = node.func if isinstance(node, ast.Call) else None
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    return name == "Path" or (isinstance(node, ast.Constant) and is_text(node))


def part_of_path(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> Shape:
    """Something to the right of a `/`: a number, or what lies below a path: `Path(root) / row["image"]`,
    `root / str(row["number"]) / f"{take}.png"`."""
    above = parents.get(node)
    if not isinstance(above, ast.BinOp) or not isinstance(above.op, ast.Div) or above.right is not node:
        return ANY
    further = parents.get(above)
    below = further.right if isinstance(further, ast.BinOp) and isinstance(further.op, ast.Div) else None
    spelled = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str"
    is_one = is_path(above.left) or spelled or (below is not None and is_text(below))
    return Shape("id") if is_one else ANY


def as_number(node: ast.AST | None) -> bool:
    """Is it written into a text as a number (`{loss:.4f}`)?"""
    form = node.format_spec if isinstance(node, ast.FormattedValue) else None
    parts = form.values if isinstance(form, ast.JoinedStr) else []
    return any(isinstance(p, ast.Constant) and str(p.value).endswith(("f", "e", "g", "%")) for p in parts)


def part_of_time(key: ast.Slice) -> bool:
    """Is it where a part of a time stands that is written as ISO 8601 says: `int(row["taken"][11:13])`?"""
    ends = [n.value if isinstance(n, ast.Constant) else None for n in (key.lower, key.upper)]
    return key.step is None and (ends[0] or 0, ends[1]) in PARTS_OF_TIME
