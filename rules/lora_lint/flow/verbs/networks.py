"""Torch modules of the script's own that hold models: their parameters and weights are those of what they hold."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import new_dict, record_of
from lora_lint.flow.objects.weights import parameters
from lora_lint.flow.values import Const, InstRec, ModelRef, ObjRef, Param, Tup, Value
from lora_lint.flow.verbs.parameters import set_requires_grad

DEEPEST = 3


def held_parameters(machine: Machine, value: Value | None, deep: int = DEEPEST) -> list[tuple[str, Param]]:
    """The representative parameters of the models in a module's fields, by their names in the module."""
    record = record_of(machine, value) if value is not None else None
    if not isinstance(record, InstRec) or not deep:
        return []
    found: list[tuple[str, Param]] = []
    for name, field in record.fields.items():
        if isinstance(field, ModelRef):
            found += [(f"{name}.{param.key}", param) for param in parameters(machine.world.life, field.oid)]
        elif isinstance(field, ObjRef):
            found += [(f"{name}.{key}", param) for key, param in held_parameters(machine, field, deep - 1)]
    return found


def _parameters(call: LibCall) -> Value:
    """`net.parameters()`, `net.named_parameters()`: there may be others, of layers that are no models."""
    pairs = held_parameters(call.machine, call.receiver)
    items: tuple[Value, ...] = tuple(Tup((Const(key), p)) if call.option("named") else p for key, p in pairs)
    return Tup(items, open=True) if items else call.unknown()


def _state(call: LibCall) -> Value:
    """`net.state_dict()`."""
    pairs = held_parameters(call.machine, call.receiver)
    return new_dict(call.machine, call.node, [(Const(key), param) for key, param in pairs], open=True)


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
