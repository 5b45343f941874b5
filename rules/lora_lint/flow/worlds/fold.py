"""Joining worlds. Two paths whose models are in one state go on as one.

What differs besides becomes a gate: a value that is one thing where a term is true and another where it is false. So a
flag that was set on one branch stays tied to the branch, without a world of its own.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from itertools import chain, repeat

from lora_lint.flow.values import FALSE, Bound, DictRec, Gate, InstRec, ListRec, Method, ModelRef, Tup, Value
from lora_lint.flow.worlds import choices
from lora_lint.flow.worlds.disks import both_disks
from lora_lint.flow.worlds.join import Join
from lora_lint.flow.worlds.terms import known, pick
from lora_lint.flow.worlds.world import FLAGS, Log, World
from lora_lint.lifecycle.match import Match, reached
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.signature import signatures

MOST_WORLDS = 12  # that one statement may leave behind; further ones are dropped, which can only lose findings
OBJECTS = 8  # that are held against each other: as much work as an attempt that fails at once
FEW = 3  # worlds that are held against each other at once, without a look at their signatures
MANY_WORLDS = 6  # above that many, less has to agree: see `Asked`


class Asked(Enum):
    """What has to agree for two worlds to go on as one."""

    ALL = "all"
    MODELS = "models"  # what was written may differ, if no test says when what was
    LITTLE = "little"  # as a lenient `Match` does


class Fold:
    """One attempt to join world `b` into world `a`."""

    def __init__(self, a: World, b: World, mark: Hashable, asked: Asked) -> None:
        self.a, self.b, self.mark, self.asked = a, b, mark, asked
        self.match = Match(a.life, b.life, lambda: live(a), lambda: live(b), lenient=asked is Asked.LITTLE)
        self.join: Join
        self.written: list[Oid]

    def joined(self) -> World | None:
        """One world for both, or None where they must stay apart."""
        a, b = self.a, self.b
        if (a.crashed, a.muted) != (b.crashed, b.muted):
            return None
        if a.weak != b.weak and self._adds_to_life(*((a, b) if a.weak else (b, a))):
            return None  # what rests on an exception nobody raised would pass for certain
        if not self.match.whole():  # cheap, and what mostly keeps worlds apart: the rest is looked at after it
            return None
        self.written = b.changed(a) if b.heap is not a.heap else []
        self.join = Join(a, b, self.match)
        frames = self._frames()
        if frames is None or not self._heap():
            return None
        disk = both_disks(self.match, self.join, apart=self.asked is Asked.ALL)
        if disk is None:
            return None
        world = a.copy()
        for oid, names in frames.items():
            if names:
                world.frame(oid).update(names)
        for oid in self.written:
            if oid in b.heap and oid not in a.heap:
                world.put(oid, b.heap[oid])
        for oid, record in self.join.written.items():
            world.put(oid, record)
        world.life = self.match.union(disk) if a.life.version != b.life.version else a.life.copy()
        if a.assumed is not b.assumed:
            both = dict(a.assumed)
            for term in self.join.only_a:
                del both[term]
            self._resolve(world)
            both.update(choices.either(a, b, self.join.only_a))
            world.replace_assumed(both)
        for term in self.join.blurred:
            world.forget(term)
        world.log = a.log if a.log is b.log else Log(-1, a.log, b.log)
        world.weak = a.weak and b.weak
        return world

    def _resolve(self, world: World) -> None:
        """Variables that are one thing on both paths, if for other reasons, are that thing: the reasons are lost. What
        they are on neither path is left out of the others."""
        open_in_a: set[int] = set()  # terms, by identity: many variables hang on one test
        for oid, name, value in world.gates():
            still = self._narrowed(value, open_in_a)
            if still is not value:
                world.bind(oid, name, still)
        for oid, name, value in world.gated_fields():
            still = self._narrowed(value, open_in_a)
            record = world.heap[oid]
            if still is not value and isinstance(record, InstRec):
                world.put(oid, InstRec(record.cls, record.lib, {**record.fields, name: still}, record.site))

    def _narrowed(self, value: Gate, open_in_a: set[int]) -> Value:
        """What a value that hangs on a test is on either path, and no more."""
        if id(value.term) in open_in_a:
            return value
        mine = pick(self.a, value)
        if mine is value:
            open_in_a.add(id(value.term))
            return value
        theirs = pick(self.b, value)
        if mine == theirs:
            return mine
        as_mine = known(self.a, value.term)
        if as_mine is None or known(self.b, value.term) is not (not as_mine):
            return value
        then, other = (mine, theirs) if as_mine else (theirs, mine)
        return value if then is value.then and other is value.other else Gate(value.term, then, other)

    def _adds_to_life(self, weak: World, sure: World) -> bool:
        """Does the weak one of two paths know models, or weights of adapters, that the other does not?"""
        mine, theirs = weak.life, sure.life
        if mine.version == theirs.version:
            return False
        return not (mine.models.keys() <= theirs.models.keys() and mine.contents.keys() <= theirs.contents.keys())

    def _frames(self) -> dict[Oid, dict[str, Value]] | None:
        a, b = self.a, self.b
        changed: dict[Oid, dict[str, Value]] = {}
        if a.frames is b.frames:
            return changed
        beside = chain(a.frames.items(), repeat((None, None)))  # in one order, as far as they come from one world
        for (oid, theirs), (its, mine) in zip(b.frames.items(), beside):
            if its is not oid:
                mine = a.frames.get(oid)
            if mine is theirs:
                continue
            if mine is None:
                changed[oid] = theirs
                continue
            names: dict[str, Value] = {}
            for name, value in theirs.items():
                own = mine.get(name)  # once: the names of unknown objects are terms, whose hash takes long
                if own is None:
                    names[name] = value
                elif own is not value:
                    joined = self.join.value(pick(a, own), pick(b, value), (self.mark, oid, name))
                    if joined is None:
                        return None
                    if joined is not own:
                        names[name] = joined
            changed[oid] = names
        changed[FLAGS] = self._flags()
        return changed

    def _flags(self) -> dict[str, Value]:
        """What is true on one path is false on the other, where it was not set."""
        mine, theirs = self.a.frames.get(FLAGS, {}), self.b.frames.get(FLAGS, {})
        changed: dict[str, Value] = {}
        for name in {**mine, **theirs}:
            own, other = mine.get(name, FALSE), theirs.get(name, FALSE)
            joined = own if own is other else self.join.value(pick(self.a, own), pick(self.b, other), (self.mark, name))
            if joined is not None and joined is not own:
                changed[name] = joined
        return changed

    def _heap(self) -> bool:
        a, b = self.a, self.b
        for oid in self.written:
            mine, theirs = a.heap.get(oid), b.heap.get(oid)
            if mine is None or theirs is None or mine is theirs:
                continue
            joined = self.join.record(mine, theirs, oid)
            if joined is None:
                return False
            if joined is not mine:
                self.join.written[oid] = joined
        return True


def live(world: World) -> set[Oid]:
    """The models that variables and objects of a world lead to."""
    found: list[Oid] = []
    todo = [value for frame in world.frames.values() for value in frame.values()]
    for record in world.heap.values():
        if isinstance(record, InstRec):
            todo += record.fields.values()
        elif isinstance(record, ListRec):
            todo += (*record.items, *record.perhaps)
        elif isinstance(record, DictRec):
            todo += [item for _, item in record.items]
    while todo:
        value = todo.pop()
        if isinstance(value, ModelRef):
            found.append(value.oid)
        elif isinstance(value, Tup):
            todo += value.items
        elif isinstance(value, Gate):
            todo += (value.then, value.other)
        elif isinstance(value, (Bound, Method)):
            todo.append(value.receiver if isinstance(value, Bound) else value.self)
    return reached(world.life, found)


def most_certain(worlds: list[World]) -> list[World]:
    """Of worlds that are too many those on which something certain happens."""
    if len(worlds) > MOST_WORLDS:
        worlds = sorted(worlds, key=lambda world: (world.crashed, world.weak))
    return worlds[:MOST_WORLDS]


def joined(worlds: list[World], mark: Hashable, asked: Asked) -> tuple[list[World], int]:
    """Joins what can be joined, the order stays; and the work that it was: what the worlds hold, and how often two were
    held against each other in vain. What is not asked for and differs is not known from there on."""
    work = sum([len(world.life.models) + len(world.life.adapters) for world in worlds]) // OBJECTS
    few = len(worlds) <= FEW
    lenient = asked is Asked.LITTLE
    signs = [None] * len(worlds) if few else signatures([world.life for world in worlds], lenient=lenient)
    kept: list[World | None] = list(worlds)
    alike: dict[Hashable, list[int]] = {}  # by signature: where among the worlds
    for i in range(len(worlds)):
        alike.setdefault(signs[i], []).append(i)
    for places in alike.values():
        for i, j in _pairs(worlds, places):
            mine, theirs = kept[i], kept[j]
            if mine is None or theirs is None:
                continue
            attempt = Fold(mine, theirs, mark, asked)
            both = attempt.joined()
            if both is not None:
                kept[i], kept[j] = both, None
            else:
                work += 1 + len(attempt.match.paired) // OBJECTS
    return [world for world in kept if world is not None], work


def _pairs(worlds: list[World], places: list[int]) -> list[tuple[int, int]]:
    """Which worlds are held against which, in what order: those first that parted last. So a value that hangs on two
    tests is gated by the second within the first, and does not lose the first to another path on which it is the same.
    """
    pairs = [(i, j) for n, j in enumerate(places) for i in places[:n]]
    if len(places) > 2:
        pairs.sort(key=lambda pair: -worlds[pair[0]].parted(worlds[pair[1]]))
    return pairs
