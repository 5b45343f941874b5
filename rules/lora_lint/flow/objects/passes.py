"""The items that a loop, a comprehension or an iterating builtin goes through."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Site
from lora_lint.flow.objects.containers import items_of, known_items, new_list, record_of
from lora_lint.flow.objects.instances import find_member
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    Const,
    DictRec,
    Func,
    Generator,
    InstRec,
    ListRec,
    Method,
    ObjRef,
    Sym,
    Term,
    Tup,
    Value,
    WeightsRec,
)
from lora_lint.flow.worlds.terms import leaves, make
from lora_lint.lifecycle.records import Oid

MOST_ITEMS = 24


class Drawing:
    """Takes what a generator yields before it is gone through: `enumerate(rows())`. An endless one may be left after
    any of its values, by whoever goes through them."""

    def __init__(self) -> None:
        self.items: list[Value] = []
        self.endless = False

    def __call__(self, item: Value) -> None:
        self.items.append(item)


def iterable_of(machine: Machine, value: Value, node: cst.CSTNode) -> Value:
    """What a loop goes through: of an instance of the project what its `__iter__` gives."""
    value = machine.settle(value, node)
    record = record_of(machine, value)
    if isinstance(record, InstRec) and record.cls is not None:
        method = find_member(machine, record.cls, "__iter__")
        if isinstance(method, Func):
            return machine.settle(machine.call(Method(method, value), Args(), node), node)
    return value


def passes(machine: Machine, iterable: Value, node: cst.CSTNode) -> tuple[list[Value], bool]:
    """The items that a loop goes through, and whether there may be others."""
    iterable = iterable_of(machine, iterable, node)
    items = items_of(machine, iterable, node)
    if items is not None and len(items) <= MOST_ITEMS:
        return items, False
    if isinstance(record_of(machine, iterable), WeightsRec) and items is not None:
        return items, False
    if isinstance(iterable, Generator):
        drawing = Drawing()
        machine.yielding.append(drawing)
        try:
            machine.call(iterable, Args(), node)
        finally:
            machine.yielding.pop()
        return drawing.items, drawing.endless
    record = record_of(machine, iterable)
    if isinstance(record, DictRec):
        some = [key for key, _ in record.items]
    elif isinstance(record, InstRec):
        some = []  # what a data loader was made with is not what it gives
    else:
        some = known_items(machine, iterable)
    if some:
        return some[:MOST_ITEMS], True
    models = iterable.models if isinstance(iterable, Sym) else frozenset()
    site = machine.site(node)
    term = make(site, "item", iterable.term, ("each", site)) if isinstance(iterable, Sym) else ("each", site)
    return [Sym(term, models)], not _at_most_one(iterable)


def only_known(machine: Machine, iterable: Value) -> bool:
    """Does a loop meet none but the items that are known, though some may be missing? `[n for n in ALL if test(n)]`"""
    record = record_of(machine, iterable)
    if not isinstance(record, ListRec):
        return False
    return record.picked and not record.perhaps and len(record.items) <= MOST_ITEMS


def _at_most_one(iterable: Value) -> bool:
    """`arguments[:1]`"""
    asked = iterable.term[-1] if isinstance(iterable, Sym) and iterable.term[0] == "item" else None
    bounds = asked.value[1:] if isinstance(asked, Const) and isinstance(asked.value, tuple) else ()
    return len(bounds) == 3 and bounds[1] == (bounds[0] or 0) + 1 and bounds[2] in (None, 1)


def kept(statement: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Is an expression all that a statement gives a variable?"""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    return isinstance(small, (cst.Assign, cst.AnnAssign)) and small.value is node


def dropped(statement: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Is an expression all of a statement, so that nobody gets what it gives?"""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    return isinstance(small, cst.Expr) and small.value is node


LAZY: Oid = ("lazy", 0)  # the frame that says which adapters there were when an iterator that is kept was made


def lazily(machine: Machine, items: Value, node: cst.CSTNode) -> Value:
    """`params = model.parameters()`: what an iterator that a variable keeps gives is what there is by then."""
    if not kept(machine.statement, node):
        return items
    if isinstance(items, Tup):
        items = new_list(machine, node, list(items.items), open=items.open)
    if isinstance(items, ObjRef):
        machine.world.frame(LAZY)[items.oid] = Const(frozenset(machine.world.life.adapters))
    return items


def outdated(machine: Machine, items: Value) -> bool:
    """Have models changed since an iterator was made that is gone through now?"""
    made = machine.world.frames.get(LAZY, {}).get(items.oid) if isinstance(items, ObjRef) else None
    return isinstance(made, Const) and made.value != frozenset(machine.world.life.adapters)


def used_up(machine: Machine, value: Value, node: cst.CSTNode) -> Value:
    """A generator that is gone through to its end at once, as what it gave; other values as they are."""
    if not isinstance(value, Generator):
        return value
    items, is_open = passes(machine, value, node)
    return Tup(tuple(items), is_open)


def drawn(item: Value) -> list[Term]:
    """The terms in an item that stand for another value in each round: a number, an element of something unknown."""
    if isinstance(item, Tup):
        return [term for part in item.items for term in drawn(part)]
    if not isinstance(item, Sym):
        return []
    each = item.term[0] == "item" and isinstance(item.term[-1], tuple) and item.term[-1][:1] == ("each",)
    return [item.term] if each or item.term[0] in ("index", "between", "each") else []


def within(site: Site, first: Value, last: Value) -> Sym:
    """A number of a long range, and neither its first nor its last. Each of them may hang on a test."""
    return Sym(("between", site, _numbers(first), _numbers(last)))


def _numbers(value: Value) -> frozenset[object]:
    return frozenset(leaf.term if isinstance(leaf, Sym) else getattr(leaf, "value", None) for leaf in leaves(value))
