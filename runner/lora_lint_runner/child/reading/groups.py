"""Columns by which a script brings rows together: `rows.groupby("user")`, `chats[row["id"]].append(row)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .origins import Origins
from .shared_keys import Keys, name_of
from .tables import text_of, texts_of

FILLING = ("append", "extend", "add")


def groups(origins: Origins, keys: Keys) -> dict[str, frozenset[str]]:
    """Each such column, and the files of which the rows are; none, where that is not known."""
    found: dict[str, frozenset[str]] = {}
    for node in keys.nodes:
        if isinstance(node, ast.AugAssign) and isinstance(
            node.target, ast.Subscript
        ):  # `votes[row["id"]][answer] += 1`
            inner = node.target.value if isinstance(node.target.value, ast.Subscript) else node.target
            counted = keys.column(inner.slice)
            if counted is not None:
                found[counted] = found.get(counted, frozenset()) | origins.origin(_row(inner.slice)).files
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for column, rows in _gathered(node, node.func, keys):
                found[column] = found.get(column, frozenset()) | origins.origin(rows).files
    return found


def _gathered(call: ast.Call, func: ast.Attribute, keys: Keys) -> Iterator[tuple[str, ast.expr]]:
    if func.attr == "groupby":
        by = [k.value for k in call.keywords if k.arg in ("key", "by")]
        for part in (*call.args[:1], *by):
            if isinstance(part, ast.Lambda):
                yield from ((column, call.args[0]) for column in [keys.column(part.body)] if column is not None)
            yield from ((column, func.value) for column in texts_of(part) or filter(None, [text_of(part)]))
    elif func.attr in FILLING:
        held = func.value
        key = held.slice if isinstance(held, ast.Subscript) else None
        if isinstance(held, ast.Call) and name_of(held.func) == "setdefault" and held.args:
            key = held.args[0]
        column = keys.column(key) if key is not None and not isinstance(key, ast.Constant) else None
        if key is not None and column is not None:
            yield column, _row(key)
    elif func.attr == "value_counts" and (column := keys.column(func.value)) is not None:
        yield column, _row(func.value)


def _row(key: ast.expr) -> ast.expr:
    """The row that a key is taken of."""
    while isinstance(key, ast.Call) and key.args and isinstance(key.func, ast.Name):
        key = key.args[0]
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute):
        return key.func.value
    return key.value if isinstance(key, ast.Subscript) else key
