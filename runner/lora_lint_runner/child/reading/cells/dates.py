"""The form in which dates are read: `pd.to_datetime(frame["day"], format="%d.%m.%Y")`, `strptime(row["at"], FORM)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..literals import bound
from ..walking import walk
from .tables import text_of

DAY_FIRST = "%d.%m.%Y %H:%M"
GIVEN = ("format", "date_format")


def date_forms(trees: Iterable[ast.Module]) -> dict[str, str]:
    """The form of each column of dates, or of a part of them, as far as the script says it."""
    found: dict[str, str] = {}
    for tree in trees:
        named = {name: text for name, value in bound(tree) if (text := text_of(value)) is not None and "%" in text}
        for call in [n for n in walk(tree) if isinstance(n, ast.Call)]:
            form, asked = _form(call, named), _asked(call)
            for column, part in _columns(asked, form) if form and asked is not None else ():
                found.setdefault(column, part)
    return found


def _form(call: ast.Call, named: dict[str, str]) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = {k.arg: k.value for k in call.keywords}
    said = [given[key] for key in GIVEN if key in given] if name in ("to_datetime", "read_csv", "read_table") else []
    said += call.args[1:2] if name == "strptime" else []
    texts = (named.get(getattr(node, "id", "")) or text_of(node) for node in said)
    form = next((text for text in texts if text and "%" in text), "")
    first = given.get("dayfirst")
    return form or (DAY_FIRST if isinstance(first, ast.Constant) and first.value is True and not said else "")


def _asked(call: ast.Call) -> ast.expr | None:
    """What is read so: the first argument, or the columns that a reader parses."""
    parsed = next((k.value for k in call.keywords if k.arg == "parse_dates"), None)
    if parsed is not None:
        return parsed
    return call.args[0] if call.args and not isinstance(call.args[0], ast.Constant) else None


def _columns(asked: ast.expr, form: str) -> Iterator[tuple[str, str]]:
    """A column with the form, or several with a part of it: `frame["day"] + " " + frame["hour"]`."""
    if isinstance(asked, (ast.List, ast.Tuple)):
        yield from ((name, form) for part in asked.elts if (name := text_of(part)) is not None)
        return
    parts = _added(asked)
    names = [text_of(part.slice) for part in parts if isinstance(part, ast.Subscript)]
    marks = [text for part in parts if (text := text_of(part))]
    forms = form.split(marks[0]) if len(names) > 1 and marks else [form]
    if len(names) == len(forms):
        yield from ((name, part) for name, part in zip(names, forms) if name is not None)


def _added(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_added(node.left), *_added(node.right)]
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # `row["at"].strip()`
        node = node.func.value
    return [node]
