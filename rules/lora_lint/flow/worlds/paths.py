"""How one path becomes many. Expressions are evaluated in direct style on one current world.

Where a value or a path is not decided, `choose` picks one of several outcomes, and `explore` runs the statement again
for each of the others: only here does one world become many. What was computed up to a choice is not computed again
but taken from the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.flow.values import FALSE, TRUE, Const, DictRec, Gate, Lib, ListRec, ObjRef, Sym, Term, Tup, Value
from lora_lint.flow.worlds.exits import Exits, Gone, OutOfSteps, Raised
from lora_lint.flow.worlds.fold import MANY_WORLDS, MOST_WORLDS, Asked, joined, most_certain
from lora_lint.flow.worlds.terms import known, learn, pick, whole
from lora_lint.flow.worlds.twice import Twice
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.records import Oid

T = TypeVar("T")

HURRY = 4  # once this part of the budget is spent, fewer worlds stay apart
FEW_WORLDS = 2
MOST_RUNS = 48  # of one statement, by different choices
# steps of a script, and for each of its lines: a long script may take more of them, a tangled one may not; modules that
# it imports add to them up to a limit, or a framework would be followed for minutes from each of its scripts
STEPS, STEPS_A_LINE, MOST_OF_IMPORTS = 10_000, 2, 8_000
IN_VAIN = 8  # times that two worlds are held against each other in vain: as much work as a step
OVERTIME = 1.5  # budgets: when one is spent fewer paths go on, when so many are nothing does


class Outcome(NamedTuple):
    """What one path of an expression ends in: a value, or an exception that leaves it."""

    value: Value | Raised
    world: World


class Choice:
    """A point of a statement at which paths part, and the outcome that is being followed."""

    __slots__ = ("outcomes", "pick")

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = outcomes
        self.pick = 0


class Paths:
    """The path at hand: its world, the choices that lead to it, and how many steps all paths took so far.

    A step is a statement or a condition, run once on one path. The budget is a number of them, so that what is found
    is the same on every machine.
    """

    def __init__(self) -> None:
        self.budget = STEPS
        self.steps = 0
        self.notes: list[str] = []
        self.blurred = False  # more paths than are told apart were joined
        self.world = World()
        self.exits = Exits()
        self.module: Module
        self.frame: Oid
        self.statement: cst.CSTNode | None = None
        self.tests: dict[Term, tuple[Term, Site]] = {}  # where the script asks for a term, and in which form
        self._sites: dict[int, Site] = {}  # by the id of the node, which `Site` keeps alive
        self._script: list[Choice] = []
        self._cursor = 0
        self._twice = Twice()

    def site(self, node: cst.CSTNode, module: Module | None = None) -> Site:
        """The site of a node, of the module at hand if no other is given: the same one each time."""
        found = self._sites.get(id(node))
        if found is None:
            found = self._sites[id(node)] = Site(module or self.module, node, self.statement)
        return found

    def stand_in(self, node: cst.CSTNode, other: cst.CSTNode) -> None:
        """A node that the script does not have happens where another stands."""
        self._sites[id(node)] = self.site(other)

    @property
    def hurried(self) -> bool:
        """A good part of the budget is spent: less is told apart, and loops are run less often."""
        return self.steps > self.budget // HURRY

    @property
    def exhausted(self) -> bool:
        return self.steps > self.budget

    def explore(self, world: World, action: Callable[[], T]) -> list[tuple[T, World]]:
        """Runs an action on a world once for each way its choices can go; exceptions go to the exits."""
        saved = self._script, self._cursor
        script: list[Choice] = []
        done: list[tuple[T, World]] = []
        runs = 0
        while True:
            self._script, self._cursor = script, 0
            self.world = world.copy()
            runs += 1
            self.step()
            try:
                done.append((action(), self.world))
            except Raised as error:
                self.exits.raises.append((error, self.world))
            except Gone:
                pass
            while script and script[-1].pick + 1 >= len(script[-1].outcomes):
                script.pop()
            if not script or runs >= MOST_RUNS:
                break
            script[-1].pick += 1
        self._script, self._cursor = saved
        return done

    def choose(self, outcomes: Callable[[], Sequence[Outcome]]) -> Value:
        """Follows one of several outcomes, which are computed once; its world becomes the current one.

        Paths may part while they are computed, too.
        """
        return self._follow(lambda: [one for several, _ in self.explore(self.world, outcomes) for one in several])

    def _follow(self, outcomes: Callable[[], Sequence[Outcome]]) -> Value:
        at = self._cursor
        self._cursor += 1
        if at == len(self._script):
            self._script.append(Choice(outcomes()))
        choice = self._script[at]
        if not choice.outcomes:
            raise Gone
        value, world = choice.outcomes[choice.pick]
        self.world = world.copy()
        if isinstance(value, Raised):
            raise value
        return value

    def known(self, value: Value) -> bool | None:
        """The truth of a value, where this world decides it."""
        value = pick(self.world, value)
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Sym):
            return known(self.world, value.term)
        if isinstance(value, Gate):
            return known(self.world, whole(value))
        if isinstance(value, Tup):
            return bool(value.items) or (None if value.open else False)
        if isinstance(value, ObjRef):
            record = self.world.heap.get(value.oid)
            if isinstance(record, (ListRec, DictRec)):
                return (bool(record.items) and not record.maybe_empty) or (None if record.open else False)
            return None if self.answers(value) else True
        return self.is_on(value) if type(value) is Lib else True

    def answers(self, value: ObjRef) -> Value | None:
        """What the class of an object says of its truth, None where it says nothing."""
        return None

    def answer(self, own: Value, node: cst.CSTNode) -> Value:
        """What that gives."""
        return own

    def is_on(self, value: Lib) -> bool | None:
        """The truth of what a library has."""
        return True

    def truth(self, value: Value, node: cst.CSTNode | None) -> bool:
        """The truth of a value on the path at hand; where it is open, paths part. At a node that is given people are
        told that they do."""
        decided = self.known(value)
        if decided is not None:
            return decided
        value = pick(self.world, value)
        if type(value) is ObjRef and node is not None and (own := self.answers(value)) is not None:
            return self.truth(self.answer(own, node), node)
        if isinstance(value, Gate):
            decided = self.truth(value.then if self._part(value.term) else value.other, node)
            learn(self.world, whole(value), decided, None)
            return decided
        return self.decide(value.term if isinstance(value, Sym) else ("full", value), node)

    def decide(self, term: Term, node: cst.CSTNode | None) -> bool:
        """Takes a term for true on one path and for false on another, at a test of the script."""
        found = known(self.world, term)
        if found is not None:
            return found
        if node is None:
            return self._both(term, None)
        self.asked(term, node)
        self.note_test(term, node)
        return self._both(term, self.site(node))

    def asked(self, term: Term, node: cst.CSTNode) -> None:
        """The script asks for a term of which nothing is known, at a test."""

    def note_test(self, term: Term, node: cst.CSTNode) -> None:
        """Remembers where the script asks for a term: paths may part later, where a value hangs on it."""
        self.tests.setdefault(term, (term, self.site(node)))
        if term[0] == "not":
            self.tests.setdefault(term[1], (term, self.site(node)))

    def _part(self, term: Term) -> bool:
        """Paths part at a value that hangs on a term: what people are told is the test that the term comes from."""
        found = known(self.world, term)
        if found is not None:
            return found
        asked, site = self.tests.get(term, (term, None))
        answer = self._both(asked, site)
        return answer if asked == term else not answer

    def _both(self, term: Term, site: Site | None) -> bool:
        def both() -> list[Outcome]:
            yes, no = self.world.copy(), self.world.copy()
            learn(yes, term, True, site)
            learn(no, term, False, site)
            if site is not None:
                self._twice.answer(yes, self.frame, term, True, site)
                self._twice.answer(no, self.frame, term, False, site)
            return [Outcome(TRUE, yes), Outcome(FALSE, no)]

        return self._follow(both) is TRUE

    def settle(self, value: Value, node: cst.CSTNode) -> Value:
        """The value itself where it hangs on a gate: paths part at the gate."""
        if type(value) is not Gate:
            return value
        value = pick(self.world, value)
        while isinstance(value, Gate):
            value = pick(self.world, value.then if self._part(value.term) else value.other)
        return value

    def fold(self, worlds: list[World], node: cst.CSTNode) -> list[World]:
        """Joins worlds; where they are many less has to agree, and under a spent budget only one goes on."""
        if len(worlds) < 2:
            return worlds
        most = FEW_WORLDS if self.hurried else MANY_WORLDS
        for asked in Asked:
            if asked is Asked.ALL or len(worlds) > most:
                worlds, work = joined(worlds, node, asked)
                self.steps += work // IN_VAIN
                self.blurred = self.blurred or asked is Asked.LITTLE
        worlds = most_certain(worlds)
        if self.exhausted and len(worlds) > 1:
            self.note("the step budget was spent: some paths were left out")
            return worlds[:1]
        if len(worlds) >= MOST_WORLDS:
            self.note("too many paths at once: some were left out")
        return worlds

    def step(self) -> None:
        self.steps += 1
        if self.steps > OVERTIME * self.budget:
            raise OutOfSteps

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
