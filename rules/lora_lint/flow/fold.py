"""Joining worlds. Two paths whose models are in one state go on as one.

What differs besides becomes a gate: a value that is one thing where a term is true and another where it is false. So a
flag that was set on one branch stays tied to the branch, without a world of its own.
"""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.terms import blur, gate, leaves
from lora_lint.flow.values import (
    Bound,
    DictRec,
    Gate,
    InstRec,
    ListRec,
    Method,
    ModelRef,
    ObjRef,
    Record,
    Sym,
    Term,
    Tup,
    Value,
)
from lora_lint.flow.world import MATERIAL, Log, World
from lora_lint.lifecycle.match import Match, reached
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Written

MOST_WORLDS = 12  # that one statement may leave behind; further ones are dropped, which can only lose findings
MANY_WORLDS = 6  # from here on, who wrote what to a directory is no reason to stay apart
NOBODY_KNOWS = (("opaque",), True)  # the condition of what one of two joined paths wrote: rules take it for a maybe


class Fold:
    """One attempt to join world `b` into world `a`."""

    def __init__(self, a: World, b: World, mark: Hashable, *, lenient: bool = False) -> None:
        self.a, self.b, self.mark, self.lenient = a, b, mark, lenient
        self.match = Match(a.life, b.life, self._live)
        self._seen: set[Oid] | None = None
        self.objects: dict[Oid, Oid] = {}
        self.written: dict[Oid, Record] = {}
        self.blurred: set[Term] = set()
        self.term: Term | None = None
        self.then_a = True
        for term, assumption in a.assumed.items():
            other = b.assumed.get(term)
            if other is not None and other.holds != assumption.holds:
                self.term, self.then_a = term, assumption.holds  # the last one: the nearest branch

    def _live(self) -> set[Oid]:
        """The models that variables and objects of `b` lead to."""
        if self._seen is None:
            found: list[Oid] = []
            values = [value for frame in self.b.frames.values() for value in frame.values()]
            for record in self.b.heap.values():
                if isinstance(record, InstRec):
                    values += record.fields.values()
                elif isinstance(record, ListRec):
                    values += record.items
                elif isinstance(record, DictRec):
                    values += [item for _, item in record.items]
            todo = values
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
            self._seen = reached(self.b.life, found)
        return self._seen

    def joined(self) -> World | None:
        a, b = self.a, self.b
        if (a.crashed, a.muted) != (b.crashed, b.muted):
            return None
        if not self.match.whole():  # cheap, and what mostly keeps worlds apart
            return None
        frames = self._frames()
        if frames is None or not self._heap():
            return None
        disk = self._disk()
        if disk is None:
            return None
        world = a.copy()
        for oid, names in frames.items():
            if names:
                world.frame(oid).update(names)
        if b.heap is not a.heap:
            for oid in b.heap:
                if oid not in a.heap:
                    world.put(oid, b.heap[oid])
        for oid, record in self.written.items():
            world.put(oid, record)
        world.life = self.match.union(disk) if a.life.version != b.life.version else a.life.copy()
        if a.assumed is not b.assumed:
            both = {t: x for t, x in a.assumed.items() if t in b.assumed and b.assumed[t].holds == x.holds}
            world.replace_assumed(both)
        for term in self.blurred:
            world.forget(term)
        world.log = a.log if a.log is b.log else Log(-1, a.log, b.log)
        world.weak = a.weak and b.weak
        return world

    def _frames(self) -> dict[Oid, dict[str, Value]] | None:
        a, b = self.a, self.b
        changed: dict[Oid, dict[str, Value]] = {}
        if a.frames is b.frames:
            return changed
        for oid, theirs in b.frames.items():
            mine = a.frames.get(oid)
            if mine is theirs:
                continue
            if mine is None:
                changed[oid] = theirs
                continue
            names: dict[str, Value] = {}
            for name, value in theirs.items():
                if name not in mine:
                    names[name] = value
                elif mine[name] is not value:
                    joined = self.value(mine[name], value, (self.mark, oid, name))
                    if joined is None:
                        return None
                    if joined is not mine[name]:
                        names[name] = joined
            changed[oid] = names
        return changed

    def _heap(self) -> bool:
        a, b = self.a, self.b
        if a.heap is b.heap:
            return True
        for oid, theirs in b.heap.items():
            mine = a.heap.get(oid)
            if mine is None or mine is theirs:
                continue
            joined = self.record(mine, theirs, oid)
            if joined is None:
                return False
            if joined is not mine:
                self.written[oid] = joined
        return True

    def _disk(self) -> dict[Place, tuple[Written, ...]] | None:
        """Both disks in one; what only one path wrote is tied to the branch, or the fold is off."""
        a, b = self.a.life, self.b.life
        if a.disk is b.disk:
            return dict(a.disk)
        joined: dict[Place, tuple[Written, ...]] = {}
        for place in {**a.disk, **b.disk}:
            mine, theirs = a.disk.get(place, ()), b.disk.get(place, ())
            if mine == theirs:
                joined[place] = mine
                continue
            entries: list[Written] = []
            for entry in dict.fromkeys((*mine, *theirs)):
                if entry in mine and entry in theirs:
                    entries.append(entry)
                elif self._alike(place, entry, theirs if entry in mine else mine):
                    if entry in mine:
                        entries.append(entry)
                elif self.term is None and not self.lenient:
                    return None
                elif self.term is None:
                    entries.append(entry._replace(when=(NOBODY_KNOWS,)))
                else:
                    holds = self.then_a if entry in mine else not self.then_a
                    entries.append(entry._replace(when=(*entry.when, (self.term, holds))))
            joined[place] = tuple(entries)
        return joined

    def _alike(self, place: Place, entry: Written, others: tuple[Written, ...]) -> bool:
        tokens = self.match.tokens
        return any(
            entry.what == other.what
            and entry.when == other.when
            and len(entry.tokens) == len(other.tokens)
            and all(tokens.get(y) == x or tokens.get(x) == y for x, y in zip(entry.tokens, other.tokens, strict=True))
            for other in others
        )

    def value(self, x: Value, y: Value, mark: Hashable) -> Value | None:
        """One value for two, or None where the paths must stay apart."""
        if x == y:
            return x
        if isinstance(x, ModelRef) and isinstance(y, ModelRef) and self.match.model(x.oid, y.oid):
            return x
        if isinstance(x, ModelRef) or isinstance(y, ModelRef):
            if isinstance(x, Sym) and self.b.frames.get(MATERIAL, {}).get(x.term) == y:
                return y
            if isinstance(y, Sym) and self.a.frames.get(MATERIAL, {}).get(y.term) == x:
                return x
            if self.term is None:
                return None
        if isinstance(x, ObjRef) and isinstance(y, ObjRef) and self.same_object(x.oid, y.oid, mark):
            return x
        if isinstance(x, Tup) and isinstance(y, Tup) and len(x.items) == len(y.items):
            items = [self.value(p, q, (mark, i)) for i, (p, q) in enumerate(zip(x.items, y.items, strict=True))]
            if any(item is None for item in items):
                return None
            return Tup(tuple(item for item in items if item is not None), x.open or y.open)
        if isinstance(x, Gate) or isinstance(y, Gate):
            y = self._unified(y, [leaf for leaf in leaves(x) if isinstance(leaf, ObjRef)], mark)
        if self.term is None:
            if self._reaches_model(x) or self._reaches_model(y):
                return None
            return self._noted(blur(x, y, mark), mark)
        return self._noted(gate(self.term, x, y, mark) if self.then_a else gate(self.term, y, x, mark), mark)

    def _unified(self, value: Value, known: list[ObjRef], mark: Hashable) -> Value:
        """A value in which objects that hold the same as known ones are those."""
        if isinstance(value, Gate):
            then, other = self._unified(value.then, known, mark), self._unified(value.other, known, mark)
            return value if then is value.then and other is value.other else Gate(value.term, then, other)
        if isinstance(value, ObjRef) and value not in known:
            return next((x for x in known if x.oid in self.a.heap and self.same_object(x.oid, value.oid, mark)), value)
        return value

    def _noted(self, value: Value, mark: Hashable) -> Value:
        """A value that is blurred anew: what was assumed of the one that was blurred here before holds no more."""
        if isinstance(value, (Sym, Gate)) and value.term == ("blur", mark):
            self.blurred.add(value.term)
        return value

    def same_object(self, x: Oid, y: Oid, mark: Hashable) -> bool:
        """Objects of two sites that hold the same: one stands for both."""
        if y in self.objects:
            return self.objects[y] == x
        self.objects[y] = x
        if x == y:
            return True
        joined = self.record(self.a.heap[x], self.b.heap[y], mark)
        if joined is None:
            del self.objects[y]
            return False
        if joined is not self.a.heap[x]:
            self.written[x] = joined
        return True

    def record(self, p: Record, q: Record, mark: Hashable) -> Record | None:
        if p == q:
            return p
        if isinstance(p, InstRec) and isinstance(q, InstRec) and p.cls == q.cls and p.lib == q.lib:
            fields = dict(p.fields)
            for name, value in q.fields.items():
                if name in fields:
                    joined = self.value(fields[name], value, (mark, name))
                    if joined is None:
                        return None
                    fields[name] = joined
                else:
                    fields[name] = value
            return InstRec(p.cls, p.lib, fields, p.site)
        if isinstance(p, ListRec) and isinstance(q, ListRec):
            return self._lists(p, q, mark)
        if isinstance(p, DictRec) and isinstance(q, DictRec):
            return self._dicts(p, q, mark)
        return None

    def _lists(self, p: ListRec, q: ListRec, mark: Hashable) -> Record | None:
        """The items both have; where one list is longer, nobody knows how long it is."""
        shared = min(len(p.items), len(q.items))
        items = [self.value(x, y, (mark, i)) for i, (x, y) in enumerate(zip(p.items, q.items, strict=False))]
        if any(item is None for item in items) or any(map(self._reaches_model, (*p.items[shared:], *q.items[shared:]))):
            return None
        is_open = p.open or q.open or len(p.items) != len(q.items)
        return ListRec(tuple(item for item in items if item is not None), is_open, p.kind)

    def _dicts(self, p: DictRec, q: DictRec, mark: Hashable) -> Record | None:
        mine = dict(p.items)
        for key, value in q.items:
            if key in mine:
                joined = self.value(mine[key], value, (mark, key))
                if joined is None:
                    return None
                mine[key] = joined
            elif self._reaches_model(value):
                return None
            else:
                mine[key] = value
        return DictRec(tuple(mine.items()), p.open or q.open or len(mine) != len(p.items))

    def _reaches_model(self, value: Value, deep: int = 3) -> bool:
        if isinstance(value, ModelRef):
            return True
        if isinstance(value, Tup):
            return any(self._reaches_model(item, deep) for item in value.items)
        if isinstance(value, ObjRef) and deep:
            record = self.a.heap.get(value.oid) or self.b.heap.get(value.oid)
            inside: list[Value] = []
            if isinstance(record, InstRec):
                inside = list(record.fields.values())
            elif isinstance(record, ListRec):
                inside = list(record.items)
            elif isinstance(record, DictRec):
                inside = [item for _, item in record.items]
            return any(self._reaches_model(item, deep - 1) for item in inside)
        return False


def fold(worlds: list[World], mark: Hashable) -> list[World]:
    """Joins what can be joined; the order stays. Of too many, paths on which something certain happens are kept."""
    if len(worlds) < 2:
        return worlds
    kept = _joined(worlds, mark, lenient=False)
    if len(kept) > MANY_WORLDS:
        kept = _joined(kept, mark, lenient=True)
    if len(kept) > MOST_WORLDS:
        kept.sort(key=lambda world: (world.crashed, world.weak))
    return kept[:MOST_WORLDS]


def _joined(worlds: list[World], mark: Hashable, *, lenient: bool) -> list[World]:
    kept: list[World] = []
    for world in worlds:
        for i, other in enumerate(kept):
            joined = Fold(other, world, mark, lenient=lenient).joined()
            if joined is not None:
                kept[i] = joined
                break
        else:
            kept.append(world)
    return kept
