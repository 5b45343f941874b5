"""Comparisons that hold whatever the value is, and those that only measure, or count."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lora_lint.flow.values import Const, Sym, Value
from lora_lint.flow.worlds.bounds import beyond
from lora_lint.flow.worlds.signs import EXTREME, ORDERINGS


def settled(operator: str, term: object, right: Value) -> bool | None:
    """Comparisons that hold whatever the value: of a process's rank in a plain run, of a number inside a range, of
    `epochs - 1` and `epochs`, of a loss and zero.

    ("rank", variable) is the rank that a launcher would set: zero in the main process, which is the path that counts,
    and minus one, zero or absent where there is no launcher. ("between", site, lows, highs) lies above one of
    the lows, and below one of the highs: terms and numbers, one where no test decides. Every number that is measured is
    less than infinity.
    """
    bounded = beyond(operator, term, right)
    if bounded is not None:
        return bounded
    if not isinstance(term, tuple) or not term:
        return None
    if term[0] == "rank" and isinstance(right, Const) and isinstance(right.value, int):
        return _rank(operator, right.value)
    if term[0] == "between":
        return _between(operator, term[2], term[3], right)
    apart = _apart(term, right.term if isinstance(right, Sym) else None)
    return _ORDERED[operator](apart) if apart is not None and operator in _ORDERED else None


_ORDERED: dict[str, Callable[[int], bool]] = {
    "Equal": lambda apart: apart == 0,
    "GreaterThan": lambda apart: apart > 0,
    "GreaterThanEqual": lambda apart: apart >= 0,
    "LessThan": lambda apart: apart < 0,
    "LessThanEqual": lambda apart: apart <= 0,
}


def _apart(one: object, other: object) -> int | None:
    """By how much one number is larger than another: `epochs - 1` and `epochs`, whatever that is."""
    (base, more), (others, its) = _shifted(one), _shifted(other)
    return more - its if base == others and more != its else None


def _shifted(term: object) -> tuple[object, int]:
    """A number without the whole numbers that are added to it, and these."""
    more = 0
    while isinstance(term, tuple) and len(term) == 3 and term[0] in ("Add", "Subtract"):
        _, first, second = term
        if isinstance(first, Const) and type(first.value) is int and term[0] == "Add":
            first, second = second, first
        if not isinstance(second, Const) or type(second.value) is not int:
            break
        more += second.value if term[0] == "Add" else -second.value
        term = first
    return term, more


# How a process's rank compares with a number below zero, with zero, above zero: the script is followed as the main
# process, whose rank is 0, or -1 where it runs alone.
_RANKS: dict[str, tuple[bool | None, bool | None, bool | None]] = {
    "Equal": (None, True, False),
    "GreaterThan": (None, False, False),
    "GreaterThanEqual": (True, None, False),
    "LessThan": (False, None, True),
    "LessThanEqual": (None, True, True),
}


def is_chosen(assumed: Iterable[object]) -> bool:
    """Is what is done under these terms done when a measure is better than before, or now and then?"""
    return any(measures(term) or recurs(term) for term in assumed)


def measures(term: object) -> bool:
    """Does a term order two values of which neither is written in the script: this round's score, and the best one?
    Or does it hold how far they are apart against a tolerance, or ask whether one is the best of all?"""
    if not isinstance(term, tuple) or not term:
        return False
    if term[0] in ORDERINGS and len(term) == 3:
        return all(not isinstance(side, Const) or _differs(other) for side, other in (term[1:], term[:0:-1]))
    if term[0] == "eq" and len(term) == 3 and any(isinstance(side, tuple) and EXTREME in side for side in term[1:]):
        return True
    return any(measures(part) for part in term[1:])


def _differs(term: object) -> bool:
    """Is it by how much one measured number is larger than another?"""
    return isinstance(term, tuple) and term[:1] == ("Subtract",) and not any(isinstance(n, Const) for n in term[1:])


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
    below = number in low or any(_is_less(number, n) for n in low)
    above = number in high or any(_is_less(n, number) for n in high)
    if not below and not above:
        return None
    return operator != "Equal" and above is (operator in ("LessThan", "LessThanEqual"))


def _is_less(one: object, other: object) -> bool:
    if isinstance(one, int) and isinstance(other, int):
        return one < other
    apart = _apart(one, other)
    return apart is not None and apart < 0
