"""Comparisons that hold whatever the value is, and those that only measure, or count."""

from __future__ import annotations

import math

from lora_lint.flow.values import Const, Sym, Value


def settled(operator: str, term: object, right: Value) -> bool | None:
    """Comparisons that hold whatever the value: of a process's rank in a plain run, of a number inside a range.

    ("rank", variable) is the rank that a launcher would set: zero in the main process, which is the path that counts,
    and minus one, zero or absent where there is no launcher. ("between", site, lows, highs) lies above one of
    the lows, and below one of the highs: terms and numbers, one where no test decides. Every number that is measured is
    less than infinity.
    """
    if isinstance(right, Const) and _is_infinite(right):
        return _beyond(operator, above=right.value > 0)
    if isinstance(term, Const) and _is_infinite(term):
        return _beyond(operator, above=term.value < 0)
    if not isinstance(term, tuple) or not term:
        return None
    if term[0] == "rank" and isinstance(right, Const) and isinstance(right.value, int):
        return _rank(operator, right.value)
    if term[0] == "between":
        return _between(operator, term[2], term[3], right)
    return None


# How a process's rank compares with a number below zero, with zero, above zero: the script is followed as the main
# process, whose rank is 0, or -1 where it runs alone.
_RANKS: dict[str, tuple[bool | None, bool | None, bool | None]] = {
    "Equal": (None, True, False),
    "GreaterThan": (None, False, False),
    "GreaterThanEqual": (True, None, False),
    "LessThan": (False, None, True),
    "LessThanEqual": (None, True, True),
}


def _is_infinite(value: Const) -> bool:
    return isinstance(value.value, float) and math.isinf(value.value)


def _beyond(operator: str, *, above: bool) -> bool:
    """How a number compares with one that is above, or below, all numbers."""
    return above if operator in ("LessThan", "LessThanEqual") else operator != "Equal" and not above


ORDERINGS = frozenset({"LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual"})


def measures(term: object) -> bool:
    """Does a term order two values of which neither is written in the script: this round's score, and the best one?"""
    if not isinstance(term, tuple) or not term:
        return False
    if term[0] in ORDERINGS and len(term) == 3:
        return not isinstance(term[1], Const) and not isinstance(term[2], Const)
    return any(measures(part) for part in term[1:])


def recurs(term: object) -> bool:
    """Does a term ask for what a division leaves, `step % 100`: what hangs on it is done now and then?"""
    if not isinstance(term, tuple) or not term:
        return False
    if term[0] == "Modulo" and len(term) == 3:
        return isinstance(term[2], Const) and not isinstance(term[1], Const)
    return any(recurs(part) for part in term[1:])


def _rank(operator: str, number: int) -> bool | None:
    below, zero, above = _RANKS.get(operator, (None, None, None))
    return below if number < 0 else above if number else zero


def _between(operator: str, low: frozenset[object], high: frozenset[object], right: Value) -> bool | None:
    number = right.term if isinstance(right, Sym) else right.value if isinstance(right, Const) else None
    below = number in low or (isinstance(number, int) and any(isinstance(n, int) and number < n for n in low))
    above = number in high or (isinstance(number, int) and any(isinstance(n, int) and number > n for n in high))
    if not below and not above:
        return None
    return operator != "Equal" and above is (operator in ("LessThan", "LessThanEqual"))
