"""Texts of which a script takes one token by its place, to look for it in its rows:
`step = tokenizer.encode(f" {TAG}")[-1]`, `tokenizer.convert_tokens_to_ids("<sep>")`."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .spelled import Spelled
from .walking import walk

LONGEST, MOST = 24, 4
BY_PLACE, ALONE = ("encode", "input_ids", "tokenize"), "convert_tokens_to_ids"


def looked_for_tokens(trees: Iterable[ast.Module]) -> list[str]:
    """Those that are short enough to be one, or the end of one."""
    found: dict[str, None] = {}
    for tree in trees:
        spelled = Spelled(walk(tree))
        for node in walk(tree):
            call = _tokenizing(node)
            for text in _said(call.args[0], spelled) if call is not None and call.args else ():
                if text.strip() and len(text) <= LONGEST:
                    found.setdefault(text)
    return [*found][:MOST]


def _tokenizing(node: ast.AST) -> ast.Call | None:
    """The call that makes tokens of a text, one of which is taken."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == ALONE:
        return node
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice):
        return None
    try:
        place = ast.literal_eval(node.slice)
    except ValueError:
        return None
    held = node.value.value if isinstance(node.value, ast.Attribute) else node.value
    name = getattr(held.func, "attr", "") if isinstance(held, ast.Call) else ""
    of_call = isinstance(node.value, ast.Attribute) and node.value.attr in BY_PLACE
    return held if isinstance(held, ast.Call) and type(place) is int and (name in BY_PLACE or of_call) else None


def _said(node: ast.expr, spelled: Spelled) -> list[str]:
    return spelled.named(node.id) if isinstance(node, ast.Name) else spelled.of(node)
