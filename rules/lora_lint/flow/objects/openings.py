"""Parts of models that the script, or code that is not seen, may open for training: which ones is not followed."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.values import InstRec, ModelRef, ObjRef, Param, Sym, Value
from lora_lint.flow.worlds.terms import pick
from lora_lint.knowledge import names
from lora_lint.knowledge.keys import is_of_adapter, module_of
from lora_lint.lifecycle.events.training import BaseOpened, InputOpened, PartOpened
from lora_lint.lifecycle.records import Oid, Sure


def open_part(machine: Machine, owner: object, models: frozenset[Oid], on: bool | None, node: cst.CSTNode) -> None:
    """`model.lm_head.requires_grad_(True)`: a part of the model trains from here on, which part is not followed."""
    life = machine.world.life
    if on and isinstance(owner, tuple) and owner[:1] == ("met",):
        machine.emit(node, None, InputOpened())
    for oid in {*models, *within(owner)}:
        if on is not False and oid in life.models and life.base(oid).trainable is Sure.NO:
            life.replace_base(oid, trainable=Sure.MAYBE)
        if on is not False and oid in life.models and _may_be_of_adapter(owner):
            machine.emit(node, oid, PartOpened(tuple(life.held(oid))))
        elif on is not None and oid in life.models and life.base(oid).layers and (module := module_of(path_of(owner))):
            machine.emit(node, oid, BaseOpened(module, closed=not on))


def put_in(machine: Machine, oid: Oid, name: str, node: cst.CSTNode) -> None:
    """`model.classifier = nn.Linear(8, 2)`: a new layer, which is trained though an adapter froze what was there."""
    life = machine.world.life
    if life.base(oid).trainable is Sure.NO:
        life.replace_base(oid, trainable=Sure.MAYBE)
    if life.base(oid).layers:
        machine.emit(node, oid, BaseOpened(name, new=True))


def replace_part(machine: Machine, owner: Value, value: Value, node: cst.CSTNode) -> None:
    """`setattr(parent, child, Layer(module))`: a part of the model, nobody knows which, is another module from here on.

    It may have been a layer of an adapter, and what has come in its place trains and is saved as the script likes.
    """
    life = machine.world.life
    parts = [owner.oid] if isinstance(owner, ModelRef) else within(owner.term) if isinstance(owner, Sym) else []
    for oid in parts:
        if oid in life.models and life.held(oid) and _may_be_module(machine, value, oid):
            if life.base(oid).trainable is Sure.NO:
                life.replace_base(oid, trainable=Sure.MAYBE)
            machine.emit(node, oid, PartOpened(tuple(life.held(oid))))
            life.hand_over(oid, machine.site(node))


def replace_child(machine: Machine, owner: Sym, value: Value, node: cst.CSTNode) -> None:
    """`block.q_proj = Layer(block.q_proj)`, for each block of the model."""
    if isinstance(pick(machine.world, value), ObjRef) and _may_be_of_adapter(owner.term):
        replace_part(machine, owner, value, node)


def _may_be_module(machine: Machine, value: Value, oid: Oid) -> bool:
    """An instance of a module, or what code that is not seen has made of a part of this model."""
    value = pick(machine.world, value)
    if isinstance(value, ObjRef):
        record = machine.world.heap.get(value.oid)
        return isinstance(record, InstRec) and machine.knowledge.is_a(record.lib, names.MODULE) is not False
    life = machine.world.life
    made_of = [life.root(model) for model in value.models if model in life.models] if isinstance(value, Sym) else []
    return life.root(oid) in made_of


def may_open(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """Code that is not seen was given models, their parts or their parameters: what is frozen may be opened there."""
    life = machine.world.life
    closed = [a for a, adapter in life.adapters.items() if adapter.frozen is not None]
    if not closed:
        return
    given = [pick(machine.world, value) for value in values]
    whole = models_in(machine, given)
    given += [item for value in given for item in known_items(machine, value)]
    whole += [oid for value in given if isinstance(value, Sym) for oid in within(value.term) if oid in life.models]
    held = {a for oid in whole for a in life.held(oid)} | {value.adapter for value in given if isinstance(value, Param)}
    frozen = [a for a in closed if a in held]
    if frozen:
        machine.emit(node, None, PartOpened(tuple(frozen)))


def any_part(machine: Machine, oid: Oid, node: cst.CSTNode, models: frozenset[Oid] = frozenset()) -> Sym:
    """A module or a tensor somewhere in a model."""
    return Sym(("item", oid, ("each", machine.site(node))), models | {oid})


def _may_be_of_adapter(owner: object) -> bool:
    """`for module in model.modules():` may come to a layer of the adapter, and `q_proj.lora_A` is a part of one."""
    while isinstance(owner, tuple) and owner[:1] in (("attribute",), ("item",)):
        if isinstance(owner[-1], tuple) and owner[-1][:1] == ("each",):
            return True
        if owner[0] == "attribute" and is_of_adapter(str(owner[-1])):
            return True
        owner = owner[1]
    return False


def path_of(owner: object) -> str:
    """`model.lm_head.weight`: the names by which a part of a model is reached."""
    found: list[str] = []
    while isinstance(owner, tuple) and owner[:1] in (("attribute",), ("call",)):
        if owner[0] == "attribute":
            found.insert(0, str(owner[-1]))
        owner = owner[1] if owner[0] != "call" else owner[-1]
    return ".".join(found)


def within(owner: object) -> list[Oid]:
    """The model that an unknown value is a part of."""
    while isinstance(owner, tuple) and owner[:1] in (("attribute",), ("item",), ("call",), ("parameters",)):
        owner = owner[1] if owner[0] != "call" else owner[-1]
    return [owner] if isinstance(owner, tuple) and len(owner) == 2 else []
