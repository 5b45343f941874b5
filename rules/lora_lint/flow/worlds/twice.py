"""A test that a script asks twice, in the same words and of the same variables.

Where it is a call of which nothing is known, each has a term of its own. Mostly both are answered alike: a path on
which they are not rests on what nobody knows, and is no ground to say that an adapter is lost. Whether a file is there
is one question wherever it is asked, in whichever words, until the script has written something at that place.
"""

from __future__ import annotations

from typing import NamedTuple

import libcst as cst

from lora_lint.flow.modules import Site, names_in
from lora_lint.flow.values import Term, Value
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.records import Oid


class Wording(NamedTuple):
    """A test without the `not`s before it, whether there was an odd number of them, and the names in it."""

    text: str
    negated: bool
    names: tuple[str, ...]


class Twice:
    """What was asked so far, and of which values."""

    def __init__(self) -> None:
        self._wordings: dict[Site, Wording] = {}
        self._asked: dict[Site, tuple[Oid, tuple[Value | None, ...]]] = {}

    def answer(self, world: World, frame: Oid, term: Term, holds: bool, site: Site) -> None:
        """The test at a site is answered in a world. Where the same one was answered otherwise, it shows types only."""
        wording = self._wording(site)
        variables = world.frames.get(frame, {})
        positive, negated = _positive(term)
        asked = self._asked[site] = frame, tuple([variables.get(name) for name in wording.names])
        for other, assumption in world.assumed.items():
            if assumption.site is None or assumption.site is site or other == term:
                continue
            if _one_file(other, positive) and assumption.holds != (holds != negated):
                world.weak = world.crashed = True
                return
            its = self._wording(assumption.site)
            if its.text == wording.text and self._asked.get(assumption.site) == asked:
                if (assumption.shown != its.negated) != (holds != wording.negated):
                    world.weak = world.crashed = True
                    return

    def _wording(self, site: Site) -> Wording:
        found = self._wordings.get(site)
        if found is None:
            node, negated = site.node, False
            while isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
                node, negated = node.expression, not negated
            found = self._wordings[site] = Wording(
                site.module.parsed.words(node), negated, tuple(sorted(names_in(node)))
            )
        return found


def _positive(term: Term) -> tuple[Term, bool]:
    """A term without the `not`s around it, and whether there was an odd number of them."""
    negated = False
    while term[0] == "not":
        term, negated = term[1], not negated
    return term, negated


def _one_file(term: Term, other: Term) -> bool:
    """Do two calls ask whether the same file is there, with as much written by then?"""
    return term[0] == other[0] == "met" and term[2:3] == ("exists",) and term[3] is not None and term[2:] == other[2:]
