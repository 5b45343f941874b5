"""What an unknown value can still be, where it was compared with constants.

`mode == "merge"` is the term ("eq", mode, "merge"), `mode in ("merge", "both")` is ("among", mode, ("merge", "both")).
Each says something about the others: what equals "merge" is among both, and does not equal "both".
"""

from __future__ import annotations

from collections.abc import Iterable

from lora_lint.flow.members import bare
from lora_lint.flow.values import NONE, Const, Term, Value
from lora_lint.flow.worlds.world import Assumption, World, is_above_zero

KEPT = "kept"  # of what the term of such an attribute begins with: its object, its name and its value follow
MOST = 12  # constants that are kept of one value


def among(subject: Term, constants: Iterable[Value]) -> Term:
    """The term that is true where a value is one of some constants."""
    wanted = tuple(sorted(dict.fromkeys(map(bare, constants)), key=_written))
    return ("eq", subject, wanted[0]) if len(wanted) == 1 else ("among", subject, wanted)


def _written(value: Value) -> str:
    """By what constants are put in order; functions and classes stay in the order in which they are met."""
    return repr(value) if isinstance(value, Const) else ""


def constants_of(term: Term) -> tuple[Value, ...] | None:
    """What a term compares its subject with, None where it is no comparison with constants."""
    if term[0] == "among":
        found: tuple[Value, ...] = term[2]
        return found
    return (term[2],) if term[0] == "eq" and isinstance(term[2], Const) else None


def unlikely(term: Term, holds: bool) -> bool:
    """Is an attribute taken for another value than the one that its library's object keeps where none is given?"""
    if term[:1] == (KEPT,):
        return bool(term[3]) is not holds
    wanted = constants_of(term)
    subject = term[1] if wanted is not None else None
    return isinstance(subject, tuple) and subject[:1] == (KEPT,) and (Const(subject[3]) in (wanted or ())) is not holds


def decided(world: World, term: Term) -> bool | None:
    """Does a value equal one of some constants, by what is assumed of it?"""
    wanted = constants_of(term)
    if wanted is None:
        return None
    truth, about = world.assumed.get(term[1]), world.about(term[1])
    if wanted and truth is None and not about:
        return None
    left, gone = _left(about, truth)
    still = [x for x in wanted if x not in gone and _as_true(x, truth) and (left is None or x in left)]
    if not still:
        return False
    return True if left is not None and len(still) == len(left) else None


def _left(about: Iterable[tuple[Term, Assumption]], truth: Assumption | None) -> tuple[list[Value] | None, list[Value]]:
    """The constants that a value can still be, None where it may be anything; and those that it is not."""
    left: list[Value] | None = None
    gone: list[Value] = []
    for term, assumption in about:
        wanted = (NONE,) if term[0] == "none" else constants_of(term)
        if wanted is None:
            continue
        if assumption.holds:
            left = [constant for constant in wanted if left is None or constant in left]
        else:
            gone += wanted
    if left is not None:
        left = [constant for constant in left if constant not in gone and _as_true(constant, truth)]
    return left, gone


def _as_true(constant: Value, truth: Assumption | None) -> bool:
    return truth is None or (isinstance(constant, Const) and bool(constant.value) is truth.holds)


def truth(world: World, subject: Term) -> bool | None:
    """Is a value true, where all that it can still be says the same? Nothing is assumed of its truth itself."""
    about = world.about(subject)
    if not about:
        return None
    left, _ = _left(about, None)
    found = {bool(constant.value) for constant in left or () if isinstance(constant, Const)}
    found = found or {assumption.holds for term, assumption in about if is_above_zero(term)}
    return found.pop() if len(found) == 1 else None


def either(a: World, b: World, only_a: Iterable[Term]) -> dict[Term, Assumption]:
    """What two joined paths leave of the values that each of them compared: it is one of what it is on either.

    `only_a` are the terms of which `b` does not assume what `a` does.
    """
    found: dict[Term, Assumption] = {}
    for term in only_a:
        if not a.assumed[term].holds or constants_of(term) is None:
            continue
        subject = term[1]
        mine, _ = _left(a.about(subject), a.assumed.get(subject))
        theirs, _ = _left(b.about(subject), b.assumed.get(subject))
        if mine and theirs and len({*mine, *theirs}) <= MOST:
            found[among(subject, (*mine, *theirs))] = Assumption(True, None, True)
    return found
