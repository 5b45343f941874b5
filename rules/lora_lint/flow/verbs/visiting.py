"""Modules of a model: functions of the script that are called with each, `model.apply(freeze)`, and one by its name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lora_lint.flow.aside import Aside
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.openings import any_part
from lora_lint.flow.objects.parts import WHOLE, Part, closes, listed, listing
from lora_lint.flow.objects.weights import parameters
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Func, InstRec, Method, ModelRef, ObjRef, Partial, Value
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge import keys
from lora_lint.lifecycle.records import Config, Oid


def _apply(call: LibCall) -> Value:
    """`model.apply(freeze)`: followed for the layers of adapters, or for the modules that stand for all, where it is
    sure what is done with them; else for a part of the model, nobody knows which."""
    machine, function = call.machine, call.arg("fn")
    model = ModelRef(call.target())
    if function is None or not _is_followed(machine, function):
        return model
    layers = [_module(call, layer) for layer in adapter_layers(machine, model.oid)]
    every = listing(Part(model.oid, WHOLE), "modules", call.node, machine, frozenset())
    modules = (listed(machine, every, call.node) or []) if machine.world.life.held(model.oid) else []

    after = _surely(call, function, layers)
    if after is not None and after.life.version != machine.world.life.version:
        _visit(call, function, layers)
    elif (after := _surely(call, function, modules)) is not None and closes(machine.world, after):
        _visit(call, function, modules)
    else:
        _visit(call, function, [any_part(machine, model.oid, call.node)])
    return model


def _visit(call: LibCall, function: Value, modules: Sequence[Value]) -> Value:
    for module in modules:
        call.machine.call(function, Args([module]), call.node)
    return NONE


def _surely(call: LibCall, function: Value, modules: Sequence[Value]) -> World | None:
    """What visits come to, None where one of them has more than one outcome."""
    machine = call.machine
    with Aside(machine) as aside:
        after = aside.world.copy()
        for module in modules:
            outcomes = machine.explore(after, partial(_visit, call, function, [module]))
            if len(outcomes) != 1 or machine.exits.sizes() != aside.exits:
                return None
            after = outcomes[0][1]
        return after


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
