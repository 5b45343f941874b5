"""Lists, tuples, dicts and sets: making, reading and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.members import NumberMember
from lora_lint.flow.objects.endings import has_part
from lora_lint.flow.objects.enums import is_enumeration, members
from lora_lint.flow.objects.instances import library_base
from lora_lint.flow.objects.strings import atoms_of
from lora_lint.flow.objects.weights import entries
from lora_lint.flow.values import (
    FALSE,
    TRUE,
    Cls,
    Const,
    DictRec,
    Gate,
    InstRec,
    ListRec,
    ModelRef,
    ObjRef,
    Param,
    Record,
    Sym,
    Tup,
    Value,
    WeightsRec,
    const,
)
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.settled import settled
from lora_lint.flow.worlds.terms import make
from lora_lint.knowledge import names
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key, answer, equal

LONGEST = 64  # containers with more known items are treated as open
SORTED = "sorted"  # the kind of a list that is in an order which nobody knows
UNPLACED = "unplaced"  # that of a list of whose items nobody knows the places
UNROLL = 8  # ranges up to this length are run through item by item


def new_list(
    machine: Machine,
    node: cst.CSTNode,
    items: list[Value],
    *,
    open: bool = False,
    kind: str = "list",
    maybe_empty: bool = False,
    picked: bool = False,
) -> Value:
    more = len(items) > LONGEST
    record = ListRec(
        tuple(items[:LONGEST]), open or more, kind, maybe_empty and bool(items), open and picked and not more
    )
    return ObjRef(machine.world.new(machine.site(node), record))


def new_dict(
    machine: Machine,
    node: cst.CSTNode,
    items: list[tuple[Value, Value]],
    *,
    open: bool = False,
    maybe_empty: bool = False,
) -> Value:
    merged: dict[Value, Value] = {}
    for key, value in items[:LONGEST]:
        merged[key] = value
    record = DictRec(tuple(merged.items()), open or len(items) > LONGEST, maybe_empty=maybe_empty and bool(items))
    return ObjRef(machine.world.new(machine.site(node), record))


def record_of(machine: Machine, value: Value) -> Record | None:
    """The object of the heap that a value points to."""
    return machine.world.heap.get(value.oid) if type(value) is ObjRef else None


def items_of(machine: Machine, value: Value, node: cst.CSTNode) -> list[Value] | None:
    """All items in order, where they are known; None where there may be others."""
    value = machine.settle(value, node)
    if isinstance(value, Tup):
        return None if value.open else list(value.items)
    if isinstance(value, Const) and isinstance(value.value, (str, range)) and len(value.value) <= UNROLL:
        return [const(item) for item in value.value]
    if isinstance(value, Cls):
        return members(machine, value) if is_enumeration(value) else None
    record = record_of(machine, value)
    if isinstance(record, ListRec):
        return None if record.open else list(record.items)
    if isinstance(record, DictRec):
        return None if record.open else [key for key, _ in record.items]
    if isinstance(record, WeightsRec):
        return [key for key, _ in entries(machine.world.life, record)]
    if isinstance(record, InstRec) and record.lib in names.TUPLES:
        return [record.fields.get(name, machine.unknown(node, name)) for name in record.fields if name.isidentifier()]
    return None


def pairs_of(machine: Machine, value: Value) -> tuple[list[tuple[Value, Value]], bool] | None:
    """Keys and values of a dict or a state dict, and whether there may be others; None for anything else."""
    record = record_of(machine, value)
    if isinstance(record, DictRec):
        return list(record.items), record.open
    if isinstance(record, WeightsRec):
        return entries(machine.world.life, record), False
    held = record_of(machine, owner) if (owner := namespace_of(machine, value)) is not None else None
    if isinstance(held, InstRec):  # `dict(settings.__dict__)`
        return [(Const(name), field) for name, field in held.fields.items() if name.isidentifier()], True
    return None


def laid_over(
    machine: Machine, layers: Iterable[tuple[Iterable[tuple[Value, Value]], bool]], node: cst.CSTNode
) -> list[tuple[Value, Value]]:
    """The pairs of dicts of which the later lie over the earlier, each with whether it may have others: a file of
    settings, say. What is plain below such a one may be anything then; nothing read from outside is in the place of a
    model or another object."""
    laid: list[tuple[Value, Value]] = []
    for pairs, others in layers:
        if others:
            laid = [(k, machine.unknown(node, ("other", k)) if isinstance(v, Const) else v) for k, v in laid]
        laid += pairs
    return laid


def known_items(machine: Machine, value: Value) -> list[Value]:
    """The items that are known, be there others or not."""
    if type(value) is Tup:
        return list(value.items)
    if type(value) is not ObjRef:
        return []
    record = machine.world.heap.get(value.oid)
    if type(record) is ListRec:
        return list(record.items)
    if type(record) is DictRec:
        return [item for _, item in record.items]
    if type(record) is InstRec:
        return list(record.fields.values())
    return []


def unplaced(record: ListRec) -> ListRec:
    """The same items, perhaps without one of them, or with another among them; a set has no places to lose."""
    return ListRec(record.items, True, UNPLACED if record.kind in ("list", SORTED) else record.kind)


def one_of(machine: Machine, items: Sequence[Value], node: cst.CSTNode) -> Value:
    """Any of several, by what the script measures of them."""
    site = machine.site(node)
    found = items[-1]
    for n, item in reversed(list(enumerate(items[:-1]))):
        found = Gate(("LessThan", ("score", site, n), ("score", site, "rest")), item, found)
    return found


NAMESPACES = ("__dict__", "_modules")  # attributes that hold the others, by name


def namespace_of(machine: Machine, value: Value) -> Value | None:
    """The object whose `__dict__` a value is."""
    if isinstance(value, Sym) and value.term[:1] == ("attribute",) and value.term[-1] in NAMESPACES:
        owner = value.term[1]
        return (
            ModelRef(owner)
            if owner in machine.world.life.models
            else ObjRef(owner)
            if owner in machine.world.heap
            else None
        )
    return None


def contains(machine: Machine, container: Value, item: Value, node: cst.CSTNode) -> Value:
    """`item in container`."""
    container, item = machine.settle(container, node), machine.settle(item, node)
    if isinstance(container, Const) and isinstance(item, Const):
        try:
            if isinstance(item.value, Key):
                holds = answer(item.value, lambda text: text in container.value, container.value)
            else:
                holds = answer(container.value, lambda text: item.value in text, item.value)
            return const(holds) if holds is not None else machine.unknown(node, OF_KEYS)
        except TypeError:
            return _flagged(container.value, item.value) or machine.unknown(node)
    items = items_of(machine, container, node)
    if items is not None:
        if any(item == one and not may_be(one, item) for one in items):
            return TRUE
        if any(may_be(one, item) for one in items):
            return machine.unknown(node, OF_KEYS)
        if is_plain(item) and all(map(is_plain, items)):
            return FALSE
        if not items:
            return FALSE
        if isinstance(item, Sym) and all(isinstance(constant, Const) for constant in items):
            return _one_of(machine, item, items, node)
    held = _is_attribute(machine, container, item)
    if held is not None:
        return const(held)
    whole = atoms_of(machine.world, container)
    if isinstance(item, Const) and isinstance(item.value, str) and whole is not None:
        there = has_part(whole, item.value)
        if there is not None:
            return const(there)
    where = container.term if isinstance(container, Sym) else container
    return Sym(make(machine.site(node), "in", where, item))


def _is_attribute(machine: Machine, container: Value, item: Value) -> bool | None:
    """`"_model" in self.__dict__`: None where a library's class may have put it there."""
    owner = namespace_of(machine, container)
    record = record_of(machine, owner) if owner is not None else None
    if not isinstance(record, InstRec) or not isinstance(item, Const):
        return None
    if item.value in record.fields:
        return True
    own = record.cls is not None and not record.lib and not library_base(record.cls) and "**" not in record.fields
    return False if own else None


def _flagged(flags: object, flag: object) -> Value | None:
    """`Keep.ADAPTER in Keep.ADAPTER | Keep.MERGED`"""
    return const(flags & flag == flag) if isinstance(flags, int) and isinstance(flag, NumberMember) else None


def _one_of(machine: Machine, item: Sym, constants: Sequence[Value], node: cst.CSTNode) -> Value:
    """`item in ("merge", "both")`, of an item that is not known."""
    found = [settled("Equal", item.term, constant) for constant in constants]
    if True in found:
        return TRUE
    rest = [constant for constant, holds in zip(constants, found, strict=True) if holds is None]
    return Sym(make(machine.site(node), *among(item.term, rest))) if rest else FALSE


def may_be(one: Value, other: Value) -> bool:
    """Is it open whether two texts are the same, of which one stands for others?"""
    return isinstance(one, Const) and isinstance(other, Const) and equal(one.value, other.value) is None


def is_plain(value: Value) -> bool:
    return isinstance(value, (Const, Param))
