"""Modules of a model: functions of the script that are called with each, `model.apply(freeze)`, and one by its name."""

from __future__ import annotations

from lora_lint.flow.aside import Aside
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.openings import any_part
from lora_lint.flow.objects.weights import parameters
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Func, InstRec, Method, ModelRef, ObjRef, Partial, Value
from lora_lint.knowledge import keys
from lora_lint.lifecycle.records import Config, Oid


def _apply(call: LibCall) -> Value:
    """`model.apply(freeze)`: followed for the layers of adapters, where it is sure what is done with them; else for a
    part of the model, nobody knows which, as in `for module in model.modules()`."""
    machine, function = call.machine, call.arg("fn")
    model = ModelRef(call.target())
    if function is None or not _is_followed(machine, function):
        return model
    layers = adapter_layers(machine, model.oid)

    def visit() -> Value:
        for layer in layers:
            machine.call(function, Args([_module(call, layer)]), call.node)
        return NONE

    with Aside(machine) as aside:
        outcomes = machine.explore(aside.world.copy(), visit)
        one = len(outcomes) == 1 and machine.exits.sizes() == aside.exits
    if one and outcomes[0][1].life.version != machine.world.life.version:
        visit()
    else:
        machine.call(function, Args([any_part(machine, model.oid, call.node)]), call.node)
    return model


def _part(call: LibCall) -> Value:
    """`model.get_submodule("model.decoder")`."""
    return any_part(call.machine, call.target(), call.node)


def _is_followed(machine: Machine, function: Value | None) -> bool:
    """A function of the project, or an instance that is called like one."""
    if isinstance(function, ObjRef):
        return method_of(machine, function, "__call__") is not None
    return isinstance(function, (Func, Method, Partial))


def adapter_layers(machine: Machine, oid: Oid) -> list[tuple[str, Value]]:
    """The layers of adapters inside a model of which the class is known, each with its weight."""
    life = machine.world.life
    found: list[tuple[str, Value]] = []
    for param in parameters(life, oid):
        config = life.adapters[param.adapter].config if param.adapter is not None else None
        library = keys.layer_of(config.cls, dict(config.fields)) if isinstance(config, Config) else ""
        if library:
            found.append((library, param))
    return found


def _module(call: LibCall, layer: tuple[str, Value]) -> Value:
    library, weight = layer
    site = call.machine.site(call.node)
    return ObjRef(call.machine.world.new(site, InstRec(None, library, {"weight": weight}, site)))


VERBS: dict[str, Verb] = {"apply": _apply, "part": _part}
