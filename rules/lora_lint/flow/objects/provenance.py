"""Which models a value is, holds, or was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items, namespace_of
from lora_lint.flow.values import (
    Bound,
    Const,
    Gate,
    InstRec,
    Method,
    ModelRef,
    ModuleRef,
    ObjRef,
    Sym,
    Term,
    Tup,
    Value,
)
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.flow.worlds.terms import large, leaves, pick
from lora_lint.flow.worlds.world import MATERIAL
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import Oid

OF_MODEL = "parameters"  # the tag of what the parameters of a model of which nothing is known are made of
OBJECT = "object"  # the tag of a model that is an object of a class of the script
MADE_UP = "made up"  # how the term of a tensor goes on that the script fills by itself


def is_made_up(value: Value) -> bool:
    """Is it a tensor of random numbers, or of one number?"""
    return isinstance(value, Sym) and value.term[:1] == ("met",) and value.term[2:] == (MADE_UP,)


def as_model(machine: Machine, value: Value, node: cst.CSTNode) -> Oid | None:
    """The model that a value is. Something unknown that is used as one becomes a model of which nothing is known."""
    value = machine.settle(value, node)
    if isinstance(value, ModelRef):
        return value.oid
    if isinstance(value, Sym):
        return _material(machine, value.term, "", node)
    if isinstance(value, ObjRef):
        record = machine.world.heap.get(value.oid)
        if isinstance(record, InstRec) and machine.knowledge.is_a(record.lib, names.MODULE):
            cls = record.cls.node.name.value if record.cls is not None else record.lib.rpartition(".")[2]
            return _material(machine, (OBJECT, value.oid), cls, node)
    return None


def _material(machine: Machine, term: Term, cls: str, node: cst.CSTNode) -> Oid:
    known = machine.world.frames.get(MATERIAL, {}).get(term)
    if isinstance(known, ModelRef):
        return known.oid
    oid = machine.world.life.create(machine.site(node), cls, known=False)
    machine.world.frame(MATERIAL)[term] = ModelRef(oid)
    return oid


def models_in(machine: Machine, values: Iterable[Value], deep: int = 3) -> list[Oid]:
    """The models that values are, hold, or were computed from."""
    found: list[Oid] = []
    for value in values:
        if type(value) is Gate:
            value = pick(machine.world, value)
        if type(value) is Const:
            continue
        if type(value) is ModelRef:
            found.append(value.oid)
        elif type(value) is Sym:
            owner = namespace_of(machine, value)
            if type(owner) is ModelRef:  # `vars(model)`
                found.append(owner.oid)
        elif type(value) is Bound:
            found += models_in(machine, [value.receiver], deep)
        elif type(value) is Method:
            found += models_in(machine, [value.self], deep)
        elif type(value) is ModuleRef and deep:  # `globals()`
            found += models_in(machine, machine.world.frames.get(value.module.frame, {}).values(), deep - 1)
        elif (type(value) is Tup or type(value) is ObjRef) and deep:
            found += models_in(machine, known_items(machine, value), deep - 1)
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def gradients_of(machine: Machine, values: Iterable[Value]) -> frozenset[Oid]:
    """The models that values were computed from with gradients on."""
    found: frozenset[Oid] = frozenset()
    seen: set[Oid] = set()  # a container may hold itself
    todo = list(values)
    while todo:
        value = pick(machine.world, todo.pop())
        if type(value) is Sym:
            found |= value.models
        elif type(value) is Tup:
            todo += value.items
        elif type(value) is Gate:
            todo += (value.then, value.other)
        elif type(value) is ObjRef and value.oid not in seen:
            seen.add(value.oid)
            todo += known_items(machine, value)
    return found


def parameters_of(machine: Machine, owner: Term, node: cst.CSTNode, models: frozenset[Oid]) -> Sym:
    """`unknown.parameters()`, which may be a model."""
    return machine.unknown(node, *(((OF_MODEL, owner),) if not large(owner) else ()), models=models)


def owners_of(machine: Machine, value: Value, deep: int = 3) -> Iterator[Value]:
    """What it is that has the parameters which a value is made of, where nothing was known of it."""
    for leaf in leaves(pick(machine.world, value)):
        for part in parts_behind(leaf.term, machine.made_of, ()) if isinstance(leaf, Sym) else ():
            if isinstance(part, tuple) and part[:1] == (OF_MODEL,):
                yield ModelRef(part[1]) if part[1] in machine.world.life.models else Sym(part[1])
        for item in known_items(machine, leaf) if deep else ():
            yield from owners_of(machine, item, deep - 1)


def known_as(machine: Machine, value: Value) -> Oid | None:
    """The model that something unknown turned out to be."""
    if isinstance(value, Sym):
        value = machine.world.frames.get(MATERIAL, {}).get(value.term, value)
    return value.oid if isinstance(value, ModelRef) else None
