"""Joining values. One value for two: the same, one that stands for both, or a gate that says which is when."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from lora_lint.flow.values import (
    NONE,
    DictRec,
    Gate,
    InstRec,
    ListRec,
    ModelRef,
    ObjRef,
    Param,
    Record,
    Sym,
    Term,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.worlds.terms import blur, gate, known, leaves
from lora_lint.flow.worlds.world import MATERIAL, World
from lora_lint.lifecycle.match import Match
from lora_lint.lifecycle.records import Oid

MOST_PERHAPS = 16  # values that may be in a list beside those known: with more it may hold any


class Join:
    """Joins the values of world `b` with those of world `a`, whose models pair up as `match` says.

    `term` is the test at which the two paths parted last, None where they know of none: then nothing can be gated.
    `oldest` is the one at which they parted first: a later one, of a round of a loop, may soon be another test.
    """

    def __init__(self, a: World, b: World, match: Match) -> None:
        self.a, self.b, self.match = a, b, match
        self.objects: dict[Oid, Oid] = {}  # of `b`, and the one of `a` that stands for it
        self.written: dict[Oid, Record] = {}
        self.blurred: set[Term] = set()
        self.only_a = a.assumes_otherwise(b)
        self.parted = [(term, a.assumed[term].holds) for term in self.only_a if term in b.assumed]
        self.term: Term | None = self.parted[-1][0] if self.parted else None
        self.then_a = not self.parted or self.parted[-1][1]
        self.oldest = self.parted[0] if self.parted else None

    def value(self, x: Value, y: Value, mark: Hashable) -> Value | None:
        """One value for two, or None where the paths must stay apart."""
        if x == y:
            return x
        if isinstance(x, ModelRef) and isinstance(y, ModelRef) and self.match.model(x.oid, y.oid):
            return x
        if isinstance(x, Gate) and (held := known(self.b, x.term)) is not None:
            part = self.value(x.then if held else x.other, y, mark)
            return None if part is None else self._gated((x.term, held), part, x.other if held else x.then, mark)
        if isinstance(y, Gate) and (held := known(self.a, y.term)) is not None:
            part = self.value(x, y.then if held else y.other, mark)
            return None if part is None else self._gated((y.term, held), part, y.other if held else y.then, mark)
        if isinstance(x, ModelRef) or isinstance(y, ModelRef):
            if isinstance(x, Sym) and self.b.frames.get(MATERIAL, {}).get(x.term) == y:
                return y
            if isinstance(y, Sym) and self.a.frames.get(MATERIAL, {}).get(y.term) == x:
                return x
            if self.oldest is None:
                return self._model_of(x, y)
            if len(self.parted) > 1 and not self.match.lenient:
                return None  # hung on one of the tests, the model would no longer go with the others
            return self._gated(self.oldest, x, y, mark)
        if isinstance(x, ObjRef) and isinstance(y, ObjRef) and not self._two_lists(x.oid, y.oid):
            if self.same_object(x.oid, y.oid, mark):
                return x
        if isinstance(x, Param) and isinstance(y, Param) and replace(x, taken=()) == replace(y, taken=()):
            return replace(x, taken=_either(x.taken, y.taken))
        if isinstance(x, Tup) and isinstance(y, Tup) and len(x.items) == len(y.items):
            items = [self.value(p, q, (mark, i)) for i, (p, q) in enumerate(zip(x.items, y.items, strict=True))]
            if any(item is None for item in items):
                return None
            return Tup(tuple(item for item in items if item is not None), x.open or y.open)
        if isinstance(x, Gate) or isinstance(y, Gate):
            y = self._unified(y, [leaf for leaf in leaves(x) if isinstance(leaf, ObjRef)], mark)
        if self.term is None:
            if _may_be(x, y):
                return x
            if _may_be(y, x):
                return y
            if self._reaches_model(x) or self._reaches_model(y):
                return None
            return self._noted(blur(x, y, mark), mark)
        return self._gated((self.term, self.then_a), x, y, mark)

    def _gated(self, test: tuple[Term, bool], x: Value, y: Value, mark: Hashable) -> Value:
        """A value that is `x` where a test came out as it did for the first world, and `y` where not."""
        term, as_x = test
        return self._noted(gate(term, x, y, mark) if as_x else gate(term, y, x, mark), mark)

    def _model_of(self, x: Value, y: Value) -> Value | None:
        """In a lenient join a variable that is a model on one path, and nothing known on the other, is the model."""
        models = [value for value in (x, y) if isinstance(value, ModelRef)]
        return models[0] if self.match.lenient and len(models) == 1 else None

    def _unified(self, value: Value, known: list[ObjRef], mark: Hashable) -> Value:
        """A value in which objects that hold the same as known ones are those."""
        if isinstance(value, Gate):
            then, other = self._unified(value.then, known, mark), self._unified(value.other, known, mark)
            return value if then is value.then and other is value.other else Gate(value.term, then, other)
        if isinstance(value, ObjRef) and value not in known:
            alike = [x for x in known if x.oid in self.a.heap and not self._two_lists(x.oid, value.oid)]
            return next((x for x in alike if self.same_object(x.oid, value.oid, mark)), value)
        return value

    def _noted(self, value: Value, mark: Hashable) -> Value:
        """A value that is blurred anew: what was assumed of the one that was blurred here before holds no more."""
        if isinstance(value, (Sym, Gate)) and value.term[:2] == ("blur", mark):
            self.blurred.add(value.term)
        return value

    def _two_lists(self, x: Oid, y: Oid) -> bool:
        """Lists or dicts that are both there on either path: `side = left if odd else right`, of two that hold nothing
        so far."""
        both = x != y and y in self.a.heap and x in self.b.heap
        return both and isinstance(self.a.heap[x], (ListRec, DictRec))

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
        """One object of the heap for two, or None where the paths must stay apart."""
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
        if isinstance(p, WeightsRec) and isinstance(q, WeightsRec) and (self.match.lenient or p.keys == q.keys):
            theirs = [self.match.tokens.get(token, token) for token in q.tokens]  # tensors of one moment or another
            tokens = tuple(dict.fromkeys((*p.tokens, *theirs)))
            return WeightsRec(p.model, p.keys, tokens, p.detached and q.detached, _either(p.taken, q.taken))
        return None

    def _lists(self, p: ListRec, q: ListRec, mark: Hashable) -> Record | None:
        """The items both have; where one list is longer, nobody knows how long it is, nor whether there are any where
        one is empty."""
        shared = min(len(p.items), len(q.items))
        items = [self.value(x, y, (mark, i)) for i, (x, y) in enumerate(zip(p.items, q.items, strict=False))]
        rest = (*p.items[shared:], *q.items[shared:])
        if any(item is None for item in items) or any(map(self._reaches_model, rest)):
            return None
        both = tuple(item for item in items if item is not None)
        maybe_empty = p.maybe_empty or q.maybe_empty or (not both and bool(rest))
        perhaps = tuple(dict.fromkeys((*p.perhaps, *q.perhaps, *(rest if both else ()))))
        picked = not p.others() and not q.others() and len(perhaps) <= MOST_PERHAPS
        is_open = p.open or q.open or bool(rest)
        return ListRec(
            both or rest, is_open, p.kind, maybe_empty, is_open and picked, perhaps if is_open and picked else ()
        )

    def _dicts(self, p: DictRec, q: DictRec, mark: Hashable) -> Record | None:
        """The keys of both; what only one path has put in is None on the other, as a keyword that is not given."""
        mine, theirs = dict(p.items), dict(q.items)
        for key in (*mine, *theirs):
            x, y = mine.get(key), theirs.get(key)
            if x is y:
                continue
            if x is None and y is not None and self._reaches_model(y):
                return None
            if y is None and x is not None and self._reaches_model(x):
                continue
            joined = self.value(x or NONE, y or NONE, (mark, key))
            if joined is None:
                return None
            mine[key] = joined
        factory = p.factory if p.factory == q.factory else None
        is_open = p.open or q.open or len(mine) != len(p.items)
        return DictRec(tuple(mine.items()), is_open, factory, p.maybe_empty or q.maybe_empty)

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


def _either(mine: tuple[Hashable, ...], theirs: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """Where the tensors of a state dict were taken; nothing where they may be copies."""
    return tuple(dict.fromkeys((*mine, *theirs))) if mine and theirs else ()


def _may_be(value: Value, other: Value) -> bool:
    """Is a value one of several, nobody knows which, and another among them?"""
    return isinstance(value, Gate) and value.term[0] == "blur" and leaves(other) <= leaves(value)
