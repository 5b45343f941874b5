"""Columns that have something in some rows only, by which a script tells two kinds of rows apart: posts that open a
thread, `posts[posts["parent_id"].isna()]`, and those that answer one, `posts[posts["parent_id"].notna()]`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..walking import parents_of, walk
from .tables import text_of

EMPTY, FILLED = ("isna", "isnull"), ("notna", "notnull")


def emptied(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Those of which rows of both kinds are picked."""
    found = [pair for tree in trees for pair in _picked(tree)]
    return frozenset(column for column, empty in found if (column, not empty) in found)


def _picked(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The columns by which rows of a table are picked, and whether they are to have nothing there."""
    parents = parents_of(tree)
    for node in walk(tree):
        func = node.func if isinstance(node, ast.Call) else None
        if not isinstance(func, ast.Attribute) or func.attr not in (*EMPTY, *FILLED):
            continue
        column = func.value
        name = text_of(column.slice) if isinstance(column, ast.Subscript) else getattr(column, "attr", None)
        above, turned = parents.get(node), False
        below: ast.AST = node
        while isinstance(above, (ast.UnaryOp, ast.BinOp)):
            turned ^= isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Invert)
            below, above = above, parents.get(above)
        if name and isinstance(above, ast.Subscript) and above.slice is below:
            yield name, (func.attr in EMPTY) != turned
