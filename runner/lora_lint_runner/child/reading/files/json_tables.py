"""Files of JSON, and pickles, that hold something for each name, not one row after the other: `titles[sku]`,
`rows["sku"].map(titles)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..cells.tables import text_of
from .origins import Origins, called
from .shared_keys import Keys

GONE_THROUGH = ("items", "keys", "values")
ASKED = ("get", "pop")
TEXTS = frozenset("str lower upper casefold strip rstrip lstrip title capitalize group format join".split())
MAPPING = ("map", "replace")  # cells of a column


class JsonTable(NamedTuple):
    """`columns` are those whose cells are its keys, as far as that is known; under a key lies a record, or not; one
    that is `open` has any names, as nobody asks for any of them."""

    columns: frozenset[str] = frozenset()
    record: bool = False
    open: bool = False


def json_tables(origins: Origins, keys: Keys) -> dict[str, JsonTable]:
    """The files by their names or patterns."""
    found: dict[str, JsonTable] = {}
    for node in origins.nodes:
        for held, key in _asked(node, keys):
            column = keys.column(key) if key is not None else None
            columns = frozenset({column} if column is not None else ())
            for file in origins.origin(held).files if origins.is_whole(held) else ():
                known = found.get(file, JsonTable())
                record = known.record or _is_record(node, origins, _of_field)
                through = known.open or _is_record(node, origins, _gone_through)
                found[file] = JsonTable(known.columns | columns, record or through, through and not record)
    for held in _of_records(origins):
        files = origins.origin(held).files if origins.is_whole(held) else frozenset()
        found.update({file: found[file]._replace(record=True, open=False) for file in files if file in found})
    return found


def _of_records(origins: Origins) -> Iterator[ast.expr]:
    """What is asked for a field of what lies below a name: `held[name]["text"]`."""
    for node in origins.nodes:
        inner = node.value if isinstance(node, ast.Subscript) and text_of(node.slice) is not None else None
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, (ast.Constant, ast.Slice)):
            yield inner.value


def _asked(node: ast.AST, keys: Keys) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What is asked by its names, and the name."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in GONE_THROUGH and not node.args:
            yield node.func.value, None
        elif node.func.attr in ASKED and node.args and not isinstance(node.args[0], ast.Constant):
            yield node.func.value, node.args[0]
        elif node.func.attr in MAPPING and len(node.args) == 1 and keys.column(node.func.value) is not None:
            yield node.args[0], node.func.value
    elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        if not isinstance(node.left, ast.Constant):
            yield node.comparators[0], node.left
    elif isinstance(node, ast.Subscript) and not isinstance(node.slice, (ast.Constant, ast.Slice)):
        text = isinstance(node.slice, ast.JoinedStr) or called_str(node.slice)
        if text or keys.column(node.slice) is not None:
            yield node.value, node.slice


def called_str(node: ast.AST) -> bool:
    """Is it a text, whatever it is made of: `str(number)`, `word.lower()`, `match.group(0)`?"""
    return isinstance(node, ast.Call) and called(node) in TEXTS


def _is_record(node: ast.AST, origins: Origins, asks: Callable[[ast.Subscript | ast.Call, str], bool]) -> bool:
    """Is what lies under a key asked for a field of its own, or for all?"""
    above = origins.parents.get(node)
    if isinstance(above, ast.Subscript) and above.value is node:
        return text_of(above.slice) is not None
    target = above.target if isinstance(above, (ast.For, ast.comprehension)) else None
    last = target.elts[-1] if isinstance(target, ast.Tuple) and target.elts else target
    scope = origins.parents.get(above) if isinstance(above, ast.comprehension) else above
    if not isinstance(last, ast.Name) or scope is None:
        return False
    asked = [n for n in ast.walk(scope) if isinstance(n, (ast.Subscript, ast.Call))]
    return any(asks(n, last.id) for n in asked)


def _of_field(node: ast.Subscript | ast.Call, name: str) -> bool:
    """`row["text"]`, `row.get("text")`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and node.value.id == name and text_of(node.slice) is not None
    held = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "get" else None
    return isinstance(held, ast.Name) and held.id == name


def _gone_through(node: ast.Subscript | ast.Call, name: str) -> bool:
    """`words.items()`."""
    called = node.func if isinstance(node, ast.Call) else None
    held = called.value if isinstance(called, ast.Attribute) and called.attr in GONE_THROUGH else None
    return isinstance(held, ast.Name) and held.id == name
