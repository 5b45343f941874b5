"""Torch modules of the script's own that hold models: their parameters and weights are those of what they hold."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import new_dict, record_of
from lora_lint.flow.objects.provenance import OBJECT, parameters_of
from lora_lint.flow.objects.weights import parameters
from lora_lint.flow.values import Const, InstRec, ModelRef, ObjRef, Param, Sym, Tup, Value
from lora_lint.flow.verbs.parameters import set_requires_grad
from lora_lint.flow.worlds.terms import make
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import Oid

DEEPEST = 3


def held_parameters(machine: Machine, value: Value | None, deep: int = DEEPEST) -> list[tuple[str, Param]]:
    """The representative parameters in a module's fields, and of the models there, by their names in the module."""
    record = record_of(machine, value) if value is not None else None
    if not isinstance(record, InstRec) or not deep:
        return []
    found: list[tuple[str, Param]] = []
    for name, field in record.fields.items():
        if isinstance(field, ModelRef):
            found += [(f"{name}.{param.key}", param) for param in parameters(machine.world.life, field.oid)]
        elif isinstance(field, Param):
            found.append((name, field))
        elif isinstance(field, ObjRef):
            found += [(f"{name}.{key}", param) for key, param in held_parameters(machine, field, deep - 1)]
    return found


def _own_layers(machine: Machine, value: Value | None, deep: int = DEEPEST) -> list[str]:
    """The fields of a module that are layers with weights of their own, and no models."""
    record = record_of(machine, value) if value is not None else None
    if not isinstance(record, InstRec) or not deep:
        return []
    found: list[str] = []
    for name, field in record.fields.items():
        layer = record_of(machine, field)
        if isinstance(layer, InstRec) and machine.knowledge.has_weights(layer.lib):
            inside = _own_layers(machine, field, deep - 1) if layer.cls is not None else [""]
            found += [f"{name}.{own}".rstrip(".") for own in inside]
    return found


def heads_of(machine: Machine, value: Value | None, *, deep: int = 1) -> tuple[str, ...]:
    """The layers of a network of the script's own that are random at first, and stand on a model in another field of
    it; `deep` ones may be classes of the script's own that hold such. () for a class that has more to it than
    `torch.nn.Module`: it may save them by itself."""
    record = record_of(machine, value) if value is not None else None
    if not isinstance(record, InstRec) or record.cls is None or record.lib != names.MODULE:
        return ()
    if not any(isinstance(field, ModelRef) for field in record.fields.values()):
        return ()
    return tuple(name for name, field in record.fields.items() if _is_random(machine, field, deep))


def _is_random(machine: Machine, value: Value, deep: int) -> bool:
    """A layer whose weights are random at first, or a class of the script's own that holds such a one."""
    layer = record_of(machine, value)
    if not isinstance(layer, InstRec) or not deep:
        return False
    if layer.cls is None:
        return machine.knowledge.starts_at_random(layer.lib)
    return layer.lib == names.MODULE and any(_is_random(machine, field, deep - 1) for field in layer.fields.values())


def heads_on(machine: Machine, oid: Oid) -> tuple[str, ...]:
    """The same of the one network that holds a model."""
    life = machine.world.life
    found: list[tuple[str, ...]] = []
    for ref, record in machine.world.heap.items():
        if isinstance(record, InstRec) and record.cls is not None:
            held = (field.oid for field in record.fields.values() if isinstance(field, ModelRef))
            if any(life.root(each) == life.root(oid) for each in held):
                found.append(heads_of(machine, ObjRef(ref), deep=DEEPEST))
    return found[0] if len(found) == 1 else ()


def _parameters(call: LibCall) -> Value:
    """`net.parameters()`, `net.named_parameters()`: there may be others, of layers that are no models."""
    pairs = held_parameters(call.machine, call.receiver)
    if not pairs:
        owner = (OBJECT, call.receiver.oid) if isinstance(call.receiver, ObjRef) else ()
        return parameters_of(call.machine, owner, call.node, frozenset())
    if not call.option("named"):
        return Tup(tuple(param for _, param in pairs), open=True)
    named: list[tuple[Value, Value]] = [(Const(key), param) for key, param in pairs]
    return Tup(tuple(Tup(pair) for pair in (*named, *_of_own_layers(call))), open=True)


def _state(call: LibCall) -> Value:
    """`net.state_dict()`."""
    machine = call.machine
    detached = call.plain("keep_vars", False) is False
    items: list[tuple[Value, Value]] = [
        (Const(key), Param(p.model, p.adapter, p.key, detached)) for key, p in held_parameters(machine, call.receiver)
    ]
    return new_dict(machine, call.node, [*items, *_of_own_layers(call)], open=True)


def _of_own_layers(call: LibCall) -> list[tuple[Value, Value]]:
    """A name and a weight for each layer that is no part of a model."""
    machine, site = call.machine, call.machine.site(call.node)
    keys = [f"{layer}.weight" for layer in _own_layers(machine, call.receiver)]
    return [(Const(key), Sym(make(site, "layer", site, key), kind=names.PARAMETER)) for key in keys]


def _requires_grad(call: LibCall) -> Value:
    """`net.requires_grad_(False)`."""
    on = call.plain("requires_grad", True)
    for _, param in held_parameters(call.machine, call.receiver):
        set_requires_grad(call.machine, param, on if isinstance(on, bool) else None, call.node)
    return call.receiver if call.receiver is not None else call.unknown()


VERBS: dict[str, Verb] = {
    "module_parameters": _parameters,
    "module_state": _state,
    "module_requires_grad": _requires_grad,
}
