"""What a statement keeps of the names in a folder: `[n for n in os.listdir(path) if n.endswith(".jpg")]`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

FOLDERS = ("isdir", "is_dir")


class Kept(NamedTuple):
    """How the names begin that are kept, how they may end, and whether they are those of folders."""

    prefix: str
    suffixes: tuple[str, ...]
    folders: bool


def kept(found: ast.stmt, held: Mapping[str, Any]) -> Kept:
    """`held` has what the names in the statement stand for."""
    begins: list[str] = []
    ends: list[str] = []
    folders = False
    for node in _parts(found):
        if isinstance(node, ast.Call):
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            folders |= method in FOLDERS
            if node.args and method in ("startswith", "endswith"):
                (begins if method == "startswith" else ends).extend(_texts(node.args[0], held))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.In)):
            left = ast.unparse(node.left)
            if ".suffix" in left or "splitext(" in left:
                ends += _texts(node.comparators[0], held)
    return Kept(next(iter(begins), ""), tuple(e for e in ends if e.startswith(".") and "*" not in e), folders)


def inside_each(found: ast.stmt) -> list[str]:
    """The files that a loop over a folder reads in each of its folders: `for day in days: read(day / "a.csv")`."""
    name = found.target.id if isinstance(found, ast.For) and isinstance(found.target, ast.Name) else None
    names: dict[str, None] = {}
    for node in ast.walk(found) if name is not None else ():
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("join", "joinpath"):
            parts = [*([node.func.value] if isinstance(node.func, ast.Attribute) else ()), *node.args]
        last = parts[-1].value if parts and isinstance(parts[-1], ast.Constant) else None
        of_each = any(isinstance(n, ast.Name) and n.id == name for part in parts for n in ast.walk(part))
        if of_each and isinstance(last, str) and os.path.splitext(last)[1]:
            names.setdefault(last)
    return list(names)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """All parts of a statement but the tests of what it leaves out."""
    skips = isinstance(node, ast.If) and isinstance(node.body[0], ast.Continue)
    test = node.test if isinstance(node, ast.If) else None
    joined = test.values if skips and isinstance(test, ast.BoolOp) else []  # `if not path.is_dir() or path == other`
    for child in [n for n in (*joined, *ast.iter_child_nodes(node)) if not (joined and n is test)]:
        left_out = skips and (child is test or child in joined)
        if left_out and (turned := _turned(child)) is not None:
            yield turned
            continue
        denied = isinstance(child, ast.UnaryOp) and isinstance(child.op, ast.Not)
        if denied != left_out:
            continue
        yield child
        yield from _parts(child)


def _turned(test: ast.AST) -> ast.Compare | None:
    """What is kept where this is left out: `path.suffix not in (".jpg", ".png")`."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], (ast.NotIn, ast.NotEq)):
        return None
    same = ast.In() if isinstance(test.ops[0], ast.NotIn) else ast.Eq()
    return ast.Compare(test.left, [same], test.comparators)


def _texts(node: ast.expr, held: Mapping[str, Any]) -> list[str]:
    value: Any = None
    if isinstance(node, ast.Name):
        value = held.get(node.id)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owner = held.get(node.value.id)
        value = getattr(owner, "__dict__", {}).get(node.attr)
    else:
        try:
            value = ast.literal_eval(node)
        except ValueError:
            return []
    several = sorted(value) if isinstance(value, (set, frozenset)) else value
    found = several if isinstance(several, (list, tuple)) else [several]
    return [text for text in found if isinstance(text, str)]
