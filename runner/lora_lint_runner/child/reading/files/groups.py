"""Columns by which a script brings rows together: `rows.groupby("user")`, `chats[row["id"]].append(row)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..cells.tables import text_of, texts_of
from .origins import JOINING, Origins, called
from .shared_keys import Keys, name_of

FILLING = ("append", "extend", "add")
ANY_FILE = frozenset({"*"})


def groups(origins: Origins, keys: Keys) -> dict[str, frozenset[str]]:
    """Each such column, and the files, or patterns of them, of which the rows are."""
    found: dict[str, frozenset[str]] = {}
    for node in keys.nodes:
        for column, rows in _gathered(node, keys):
            found[column] = found.get(column, frozenset()) | (origins.origin(rows).files or ANY_FILE)
    return found


def nested(origins: Origins, keys: Keys) -> bool:
    """Are rows brought together by several columns of which tables are joined by? Of each group of one there are then
    groups of another: a question has answers, and an answer ranks."""
    found = groups(origins, keys)
    calls = [n for n in keys.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)]
    joins = [k.value for call in calls if called(call) in JOINING for k in call.keywords if k.arg == "on"]
    by = {column for on in joins for column in texts_of(on) or filter(None, [text_of(on)])}
    return len(by & found.keys()) > 1


def _gathered(node: ast.AST, keys: Keys) -> Iterator[tuple[str, ast.expr]]:
    """A column, and the rows that are brought together by it."""
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Subscript):  # votes[row["id"]][answer] += 1
        inner = node.target.value if isinstance(node.target.value, ast.Subscript) else node.target
        if (counted := keys.column(inner.slice)) is not None:
            yield counted, _row(inner.slice)
    elif isinstance(node, ast.Call) and name_of(node.func) == "Counter":
        yield from _counted(node, keys)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "groupby":
            yield from _grouped(node, node.func, keys)
        elif node.func.attr in FILLING:
            key = _key(node.func.value)
            column = keys.column(key) if key is not None and not isinstance(key, ast.Constant) else None
            if key is not None and column is not None:
                yield column, _row(key)
        elif node.func.attr == "value_counts" and (column := keys.column(node.func.value)) is not None:
            yield column, _row(node.func.value)


def _grouped(call: ast.Call, func: ast.Attribute, keys: Keys) -> Iterator[tuple[str, ast.expr]]:
    for part in (*call.args[:1], *(k.value for k in call.keywords if k.arg in ("key", "by"))):
        if isinstance(part, ast.Lambda):
            yield from ((column, call.args[0]) for column in [keys.column(part.body)] if column is not None)
        yield from ((column, func.value) for column in texts_of(part) or filter(None, [text_of(part)]))


def _counted(call: ast.Call, keys: Keys) -> Iterator[tuple[str, ast.expr]]:
    """`Counter(row["kind"] for row in rows)`: how many there are of each."""
    for given in call.args[:1]:
        if isinstance(given, (ast.GeneratorExp, ast.ListComp)) and len(given.generators) == 1:
            column = keys.column(given.elt) if isinstance(given.elt, (ast.Subscript, ast.Call)) else None
            if column is not None:
                yield column, given.generators[0].iter


def _key(held: ast.expr) -> ast.expr | None:
    """Under what something is put: `by[key]`, `by.setdefault(key, [])`."""
    if isinstance(held, ast.Call) and name_of(held.func) == "setdefault" and held.args:
        return held.args[0]
    return held.slice if isinstance(held, ast.Subscript) else None


def _row(key: ast.expr) -> ast.expr:
    """The row that a key is taken of."""
    while isinstance(key, ast.Call) and key.args and isinstance(key.func, ast.Name):
        key = key.args[0]
    if isinstance(key, ast.Call) and isinstance(key.func, ast.Attribute):
        return key.func.value
    return key.value if isinstance(key, ast.Subscript) else key
