"""Trainers that run the script's own steps, Lightning's `trainer.fit(module)`, and models that train themselves."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items, record_of
from lora_lint.flow.objects.instances import class_name, method_of
from lora_lint.flow.objects.provenance import gradients_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import FALSE, NONE, Const, InstRec, ObjRef, Tup, Value
from lora_lint.flow.verbs.networks import held_parameters
from lora_lint.flow.verbs.training import train
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Keeping


def _fit(call: LibCall) -> Value:
    """Calls the module's hooks and steps in order; what the loss of a step is computed from is trained."""
    machine = call.machine
    module = call.arg("model")
    trainer = record_of(machine, call.receiver) if call.receiver is not None else None
    if not isinstance(module, ObjRef) or not isinstance(trainer, InstRec):
        return call.unknown()
    machine.set(module, "trainer", call.receiver or NONE, call.node)
    _hook(call, module, call.option("setup"), Const("fit"))
    made = _hook(call, module, call.option("optimizers"))
    for name in call.option("before"):
        _hook(call, module, name)
    batch, index = machine.unknown(call.node, "batch"), machine.unknown(call.node, "index")
    loss = _hook(call, module, call.option("loss"), batch, index)
    if loss is not None:
        train(machine, gradients_of(machine, [loss]), call.node, Trained("backward", steps=True))
    for optimizer in _optimizers(machine, made):
        machine.call(machine.get(optimizer, "step", call.node), Args(), call.node)
    _hook(call, module, call.option("checked"), batch, index)
    if trainer.fields.get("enable_checkpointing", NONE) != FALSE:
        _checkpoint(call, module)
    for name in call.option("after"):
        _hook(call, module, name, *((NONE, batch, index) if name == call.option("given_batch") else ()))
        for callback in known_items(machine, machine.settle(trainer.fields.get("callbacks", NONE), call.node)):
            _hook(call, callback, name, call.receiver or NONE, module)
    return NONE


def _fit_itself(call: LibCall) -> Value:
    """sentence-transformers' `model.fit(...)`: trains the model, and saves it where it is told a path."""
    machine, oid = call.machine, call.target()
    life = machine.world.life
    train(machine, frozenset({oid}), call.node, Trained("backward", steps=True))
    place = call.place("output_path")
    if place is not None:
        for adapter in life.held(oid):
            life.keep(life.token(adapter), Keeping.KEPT, place, machine.site(call.node))
    return NONE


def _hook(call: LibCall, owner: Value, name: str, *args: Value) -> Value | None:
    """Calls a method that the script's class has of its own; None where it has none."""
    method = method_of(call.machine, owner, name)
    if method is None:
        return None
    return call.machine.call(method, Args(list(args), open=name.endswith("_step")), call.node)


def _optimizers(machine: Machine, value: Value | None, deep: int = 3) -> list[Value]:
    """The optimizers among what the module's hook for them returned."""
    if value is None or not deep:
        return []
    if class_name(machine, value) == names.OPTIMIZER:
        return [value]
    if isinstance(value, (Tup, ObjRef)):
        return [found for item in known_items(machine, value) for found in _optimizers(machine, item, deep - 1)]
    return []


def _checkpoint(call: LibCall, module: ObjRef) -> None:
    """The default checkpoint holds the whole module's state, adapters among it."""
    life = call.machine.world.life
    for adapter in {param.adapter for _, param in held_parameters(call.machine, module) if param.adapter is not None}:
        life.keep(life.token(adapter), Keeping.CHECKPOINT, None, call.machine.site(call.node))


VERBS: dict[str, Verb] = {"fit": _fit, "fit_itself": _fit_itself}
