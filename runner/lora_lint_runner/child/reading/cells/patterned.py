"""Cells that a script takes apart by a regular expression: `CODE.match(row["code"]).group(1)`."""

from __future__ import annotations

import ast
import re
from typing import Any

from ..example_of import example_of
from ..patterns import held_against

WHOLE = ("match", "fullmatch")  # what begins with the pattern, and is nothing else where that has an end
EXAMPLES = 8
MORE = " and what is said of it"


def examples(call: ast.Call, cell: ast.AST, named: dict[str, str]) -> tuple[Any, ...]:
    """Cells that such a call finds parts in; none where it has none to find."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    pattern, asked = held_against(call, named) if name in WHOLE else (None, None)
    if pattern is None or asked is not cell or not _has_groups(pattern):
        return ()
    closed = name == "fullmatch" or pattern.endswith(("$", r"\Z"))
    found = [example_of(pattern, place) for place in range(EXAMPLES)]
    return tuple(dict.fromkeys(text if closed else text + MORE for text in found if text))


def _has_groups(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups > 0
    except re.error:
        return False
