"""Joining what two paths have written: what only one of them wrote hangs on the test at which they parted."""

from __future__ import annotations

from lora_lint.flow.values import Term
from lora_lint.flow.worlds.join import Join
from lora_lint.lifecycle.match import Match
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Written

# the condition of what one of two joined paths wrote, nobody knows which: rules take it for a maybe
NOBODY_KNOWS: tuple[Term, bool] = (("opaque",), True)
MOST_TESTS = 8  # that something written hangs on; of more it is told no more than that it hangs on something

Disk = dict[Place, tuple[Written, ...]]


def both_disks(match: Match, join: Join, *, apart: bool) -> Disk | None:
    """The disks of both lives in one. With `apart` None where they differ, and no test says on which path is what."""
    a, b = match.a.disk, match.b.disk
    if a is b:
        return dict(a)
    joined: Disk = {}
    for place in {**a, **b}:
        mine, theirs = a.get(place, ()), b.get(place, ())
        both = mine if mine is theirs else _both(match, join, mine, theirs, apart)
        if both is None:
            return None
        joined[place] = both
    return joined


def _both(
    match: Match, join: Join, mine: tuple[Written, ...], theirs: tuple[Written, ...], apart: bool
) -> tuple[Written, ...] | None:
    """What lies at one place. What both had before their paths parted stands first, and is not looked at again."""
    same = next((i for i, (x, y) in enumerate(zip(mine, theirs, strict=False)) if x is not y), None)
    same = min(len(mine), len(theirs)) if same is None else same
    entries = list(mine[:same])
    in_a, in_b = frozenset(mine[same:]), frozenset(theirs[same:])
    if in_a == in_b:
        return mine
    alike_a = {(entry.what, entry.tokens, entry.when) for entry in mine}
    alike_b = {_as_of_a(match, entry) for entry in theirs}
    for entry in dict.fromkeys((*mine[same:], *theirs[same:])):
        if entry in in_a and (entry in in_b or (entry.what, entry.tokens, entry.when) in alike_b):
            entries.append(entry)
        elif entry not in in_a and _as_of_a(match, entry) in alike_a:
            continue
        elif join.term is not None:
            entries.append(_hung(entry, join.term, join.then_a if entry in in_a else not join.then_a))
        elif apart:
            return None
        else:
            entries.append(entry._replace(when=(NOBODY_KNOWS,)))
    return tuple(entries)


def _as_of_a(match: Match, entry: Written) -> tuple[object, ...]:
    """What was written on the second path, as the first names the weights that are in one state."""
    return entry.what, tuple([match.tokens.get(token) for token in entry.tokens]), entry.when


def _hung(entry: Written, term: Term, holds: bool) -> Written:
    if entry.when == (NOBODY_KNOWS,):
        return entry
    return entry._replace(when=(*entry.when, (term, holds)) if len(entry.when) < MOST_TESTS else (NOBODY_KNOWS,))
