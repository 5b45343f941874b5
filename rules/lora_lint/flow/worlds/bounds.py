"""Numbers that what is measured never passes: infinity, and zero, below which no loss, score or count is."""

from __future__ import annotations

import math

from lora_lint.flow.values import Const, Sym
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
    if math.isnan(limit):
        return False  # of any comparison
    if math.isfinite(limit) and (left_behind := _infinite(left)):
        return operator in ("GreaterThan", "GreaterThanEqual") if left_behind > 0 else operator.startswith("LessThan")
    if math.isinf(limit):
        return limit > 0 if operator in ("LessThan", "LessThanEqual") else operator != "Equal" and limit < 0
    if limit > 0 or operator not in _WITH_LOW or not never_negative(left):
        return None
    return _WITH_LOW[operator][limit < 0]


def _infinite(value: object) -> float:
    """What a difference comes to that begins, or ends, with infinity: `best - loss` in the first round. Else zero."""
    term = value.term if isinstance(value, Sym) else value
    if isinstance(term, tuple) and len(term) == 3 and term[0] == "Subtract":
        for part, sign in ((term[1], 1), (term[2], -1)):
            if isinstance(part, Const) and isinstance(part.value, float) and math.isinf(part.value):
                return sign * part.value
    return 0.0
