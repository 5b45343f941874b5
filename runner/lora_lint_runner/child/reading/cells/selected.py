"""Columns by their places in a query of SQL: `for chat, score in cursor.execute("SELECT r.chat, r.score FROM ...")`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..walking import walk

LIST = re.compile(r"\bselect\s+(?:distinct\s+)?(.*?)\s+from\b", re.I | re.S)
PLAIN = re.compile(r'^(?:\w+\.)?["`\[]?(\w+)["`\]]?(?:\s+as\s+\w+|\s+\w+)?$', re.I)
TELLING = 2  # columns, of which a loop takes as many


def selected(tree: ast.Module) -> Iterator[tuple[str, ast.Name, ast.AST]]:
    """A column, the variable that a loop takes it by, and that loop: those with as many variables as a query of the
    module has columns."""
    texts = [n.value for n in walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    lists = [_columns(found[1]) for text in texts for found in LIST.finditer(text)]
    if not lists:
        return
    for loop in walk(tree):
        if (
            isinstance(loop, (ast.For, ast.comprehension))
            and isinstance(loop.target, ast.Tuple)
            and _of_rows(loop.iter)
        ):
            parts = loop.target.elts
            columns = next((c for c in lists if len(c) == len(parts) >= TELLING), [])
            for column, part in zip(columns, parts):
                if column is not None and isinstance(part, ast.Name):
                    yield column, part, loop


def _of_rows(over: ast.expr) -> bool:
    """Can it be what a query finds? `rows`, `cursor.fetchall()`, not `zip(...)`, `table.items()`."""
    if isinstance(over, (ast.Name, ast.Attribute)):
        return True
    called = over.func if isinstance(over, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr.startswith(("execute", "fetch"))


def _columns(listed: str) -> list[str | None]:
    """What stands between the commas: a column, None where something is worked out."""
    parts, depth = [""], 0
    for letter in listed:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    plain = (PLAIN.match(part.strip()) for part in parts)
    return [found[1] if found is not None else None for found in plain]
