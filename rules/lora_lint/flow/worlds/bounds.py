"""Numbers that what is measured never passes: infinity, and zero, below which no loss, score or count is."""

from __future__ import annotations

import math

from lora_lint.flow.values import Const
from lora_lint.flow.worlds.signs import never_negative

# how it compares with zero, and with a number below that
_WITH_LOW: dict[str, tuple[bool | None, bool]] = {
    "LessThan": (False, False),
    "LessThanEqual": (None, False),
    "GreaterThan": (None, True),
    "GreaterThanEqual": (True, True),
}
_TURNED = {
    "LessThan": "GreaterThan",
    "LessThanEqual": "GreaterThanEqual",
    "GreaterThan": "LessThan",
    "GreaterThanEqual": "LessThanEqual",
    "Equal": "Equal",
}


def beyond(operator: str, left: object, right: object) -> bool | None:
    """How a number that is measured compares with one that it never passes, where that decides it: `loss < best`, and
    the best one so far is 0.0, or minus infinity."""
    if isinstance(left, Const):
        operator, left, right = _TURNED.get(operator, ""), right, left
    limit = right.value if isinstance(right, Const) else None
    if not isinstance(limit, (int, float)) or not operator:
        return None
    if math.isinf(limit):
        return limit > 0 if operator in ("LessThan", "LessThanEqual") else operator != "Equal" and limit < 0
    if limit > 0 or operator not in _WITH_LOW or not never_negative(left):
        return None
    return _WITH_LOW[operator][limit < 0]
