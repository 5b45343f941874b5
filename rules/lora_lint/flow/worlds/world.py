"""One world: what one path through the script knows.

A world owns frames (variables), a heap (Python objects), a life (models) and the assumptions under which it holds.
Copies are cheap: tables are shared until one side writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from lora_lint.flow.modules import Site
from lora_lint.flow.values import Const, Gate, InstRec, Record, Term, Value
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid


class Assumption(NamedTuple):
    """A truth value that was taken for a term, the test that asked (None where no test of the script did), and what
    that test was: a negated one is false where its term holds."""

    holds: bool
    site: Site | None
    shown: bool


class Log(NamedTuple):
    """The events of a world as a graph: one event after `before`, or a join of two worlds (`event` is -1)."""

    event: int
    before: Log | None
    also: Log | None = None


class Write(NamedTuple):
    """An object of the heap was written, the `number`th time on this way."""

    oid: Oid
    number: int
    before: Write | None


COMPARISONS = frozenset({"eq", "among", "none"})  # the tags of terms that compare a value with constants
ABOVE_ZERO = {"GreaterThan": Const(0), "GreaterThanEqual": Const(1)}
About = dict[Term, list[tuple[Term, Assumption]]]  # assumed comparisons by what is compared

FLAGS: Oid = ("flags", 0)  # the frame of what is false where it is not set
NOTES: Oid = ("notes", 0)  # the frame that holds what the verbs note on models and adapters for each other
MATERIAL: Oid = ("models", 0)  # the frame that says which unknown value is which model
MOST_ASSUMED = 500  # tests that a path remembers: each of a thousand `elif`s would be held against the others
Frame = dict[Any, Value]  # by name; the frame of unknown objects by (term, attribute)


def is_above_zero(term: Term) -> bool:
    """`rank > 0`, `rank >= 1`: what counts something is above zero where it is true, and mostly so written."""
    bound = ABOVE_ZERO.get(term[0])
    return bound is not None and term[2] == bound and isinstance(term[1], tuple)


class World:
    """State of one path. `weak` and `crashed` mean what they mean for events."""

    __slots__ = (
        "_about", "_fields", "_gated", "_owned", "_writes", "assumed", "crashed", "frames", "heap", "life", "log",
        "muted", "weak",
    )  # fmt: skip

    def __init__(self) -> None:
        self.frames: dict[Oid, Frame] = {}
        self.heap: dict[Oid, Record] = {}
        self.assumed: dict[Term, Assumption] = {}
        self.life = Life()
        self.log: Log | None = None
        self.weak = False
        self.crashed = False
        self.muted = 0  # depth of blocks in which nothing gets a gradient
        self._about: About = {}
        self._writes: Write | None = None
        self._owned: tuple[object, ...] = ("frames", "heap", "assumed")  # tables and frames that no other shares
        # one for all worlds: see `gates` and `gated_fields`
        self._gated: dict[Oid, tuple[Frame, list[tuple[Oid, Any, Gate]]]] = {}
        self._fields: dict[Oid, tuple[Record, list[tuple[Oid, str, Gate]]]] = {}

    def copy(self) -> World:
        twin: World = object.__new__(World)
        twin.frames, twin.heap = self.frames, self.heap
        twin.assumed, twin._about = self.assumed, self._about
        twin.life, twin.log = self.life.copy(), self.log
        twin.weak, twin.crashed, twin.muted = self.weak, self.crashed, self.muted
        twin._writes, twin._gated, twin._fields = self._writes, self._gated, self._fields
        twin._owned = self._owned = ()
        return twin

    def frame(self, oid: Oid) -> Frame:
        """The frame's variables, ready to be written."""
        if oid not in self._owned:
            if "frames" not in self._owned:
                self.frames = dict(self.frames)
                self._owned += ("frames",)
            self.frames[oid] = dict(self.frames[oid]) if oid in self.frames else {}
            self._owned += (oid,)
        return self.frames[oid]

    def bind(self, frame: Oid, name: str, value: Value) -> None:
        self.frame(frame)[name] = value

    def gates(self) -> list[tuple[Oid, Any, Gate]]:
        """The variables that hang on a test. A frame that worlds share is not written any more, so it is looked through
        once: a framework has thousands of variables, and few that hang on anything."""
        found: list[tuple[Oid, Any, Gate]] = []
        known = self._gated
        for oid, frame in self.frames.items():
            seen = known.get(oid)
            if seen is None or seen[0] is not frame:
                seen = frame, [(oid, name, value) for name, value in frame.items() if type(value) is Gate]
                if oid not in self._owned:
                    known[oid] = seen
            if seen[1]:
                found += seen[1]
        return found

    def gated_fields(self) -> list[tuple[Oid, str, Gate]]:
        """The attributes of instances that hang on a test. Each record is looked through once, too."""
        found: list[tuple[Oid, str, Gate]] = []
        known = self._fields
        for oid, record in self.heap.items():
            if type(record) is not InstRec:
                continue
            seen = known.get(oid)
            if seen is None or seen[0] is not record:
                gated = [(oid, name, value) for name, value in record.fields.items() if type(value) is Gate]
                seen = known[oid] = record, gated
            if seen[1]:
                found += seen[1]
        return found

    def drop_frame(self, oid: Oid) -> None:
        if oid in self.frames:
            if "frames" not in self._owned:
                self.frames = dict(self.frames)
                self._owned += ("frames",)
            del self.frames[oid]
            self._owned = tuple([owned for owned in self._owned if owned != oid])

    def put(self, oid: Oid, record: Record) -> None:
        """Writes an object of the heap."""
        if "heap" not in self._owned:
            self.heap = dict(self.heap)
            self._owned += ("heap",)
        self.heap[oid] = record
        self._writes = Write(oid, self._writes.number + 1 if self._writes is not None else 1, self._writes)

    def changed(self, other: World) -> list[Oid]:
        """The objects of the heap that may differ from another world's, oldest first: what was written on one of the
        two since their ways parted."""
        found: dict[Oid, None] = {}
        mine, theirs = self._writes, other._writes
        while mine is not theirs:
            if theirs is None or (mine is not None and mine.number >= theirs.number):
                assert mine is not None
                found[mine.oid] = None
                mine = mine.before
            else:
                found[theirs.oid] = None
                theirs = theirs.before
        return list(reversed(found))

    def new(self, site: Site, record: Record) -> Oid:
        """A new object of the heap, known by its site and a running number: the first that is free. All before it are
        taken, so it is found by halves."""
        heap, taken, n = self.heap, -1, 0
        while (site, n) in heap:
            taken, n = n, 2 * n + 1
        while n - taken > 1:
            middle = (taken + n) // 2
            taken, n = (middle, n) if (site, middle) in heap else (taken, middle)
        self.put((site, n), record)
        return (site, n)

    def assume(self, term: Term, holds: bool, site: Site | None, *, shown: bool) -> None:
        if "assumed" not in self._owned:
            self.assumed = dict(self.assumed)
            self._owned += ("assumed",)
        self.assumed[term] = Assumption(holds, site, shown)
        self._about = {}
        if len(self.assumed) > MOST_ASSUMED:
            del self.assumed[next(iter(self.assumed))]

    def replace_assumed(self, assumed: dict[Term, Assumption]) -> None:
        self.assumed = assumed
        self._about = {}
        self._owned += ("assumed",)

    def about(self, subject: Term) -> Sequence[tuple[Term, Assumption]]:
        """What is assumed of comparisons of a value, oldest first. Worlds that assume the same look it up in one table,
        made by the first of them that asks: a framework's script assumes hundreds of things."""
        known = self._about
        if not known:
            known[()] = []  # no term: the table is made, if there is nothing to put into it
            for term, assumption in self.assumed.items():
                if term[0] in COMPARISONS or is_above_zero(term):
                    known.setdefault(term[1], []).append((term, assumption))
        return known.get(subject, ())

    def parted(self, other: World) -> int:
        """How much both assumed before their ways parted. It comes first in both, and is not looked up: the hash of a
        term takes long."""
        alike = 0
        for (term, assumption), (its, known) in zip(self.assumed.items(), other.assumed.items()):
            if term is not its or assumption is not known:
                break
            alike += 1
        return alike

    def assumes_otherwise(self, other: World) -> list[Term]:
        """The terms of which another world does not assume what this one does."""
        mine, theirs = self.assumed, other.assumed
        if mine is theirs:
            return []
        alike = self.parted(other)
        return [
            term
            for term, assumption in islice(mine.items(), alike, None)
            if (found := theirs.get(term)) is None or found.holds != assumption.holds
        ]

    def forget(self, mark: object) -> None:
        """Drops assumptions whose term mentions a site or another term: its value is about to be another one."""
        gone = [term for term in self.assumed if mentions(term, mark)]
        if gone:
            self.replace_assumed({term: a for term, a in self.assumed.items() if term not in gone})


def mentions(term: object, mark: object) -> bool:
    """True where a term is built on a mark: a site that was evaluated, or another term."""
    todo = [term]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple):
            if part == mark:
                return True
            todo += part
        elif part is mark and isinstance(part, Site):
            return True
    return False


def events_of(log: Log | None) -> frozenset[int]:
    """All events on the way to a world."""
    found: set[int] = set()
    joins: set[int] = set()
    todo = [log]
    while todo:
        entry = todo.pop()
        while entry is not None:
            if entry.event < 0:
                if id(entry) in joins:
                    break
                joins.add(id(entry))
                todo.append(entry.also)
            elif entry.event in found:
                break
            else:
                found.add(entry.event)
            entry = entry.before
    return frozenset(found)
