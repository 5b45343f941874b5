"""Gradient checkpointing, and whether a gradient gets through to the layers."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import Site
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, ModelRef, Value
from lora_lint.flow.worlds.world import NOTES
from lora_lint.lifecycle.events.training import Checkpointing, InputGrads
from lora_lint.lifecycle.records import Oid


def _checkpointing(call: LibCall) -> Value:
    """`model.gradient_checkpointing_enable()`: with adapters of transformers' own, inputs get a gradient too."""
    machine = call.machine
    oid = call.target()
    note_checkpointing(machine, oid, call.arg("gradient_checkpointing_kwargs"), machine.site(call.node))
    if machine.world.life.base(oid).integration:
        note_input_grads(machine, oid, True)
    return call.unknown()


def note_checkpointing(machine: Machine, oid: Oid, options: Value | None, site: Site) -> None:
    """Gradient checkpointing is on from here, in the form that its options say.

    Newer releases let gradients into the inputs along with it, where these are words.
    """
    reentrant: bool | None = machine.knowledge.reentrant_by_default()
    record = record_of(machine, options) if options is not None else None
    if isinstance(record, DictRec):
        asked = dict(record.items).get(Const("use_reentrant"))
        reentrant = machine.known(asked) if asked is not None else reentrant
    machine.emit_at(site, oid, Checkpointing(by_hand=False))
    machine.world.frame(NOTES)[machine.world.life.root(oid), "reentrant"] = Const(reentrant)
    if machine.knowledge.checkpointing_opens_inputs() and not machine.world.life.trait(oid, "no words"):
        note_input_grads(machine, oid, True)


def note_input_grads(machine: Machine, oid: Oid, on: bool) -> None:
    """Whether what goes into the model's layers carries a gradient."""
    machine.world.frame(NOTES)[machine.world.life.root(oid), "input grads"] = Const(on)


def note_wrap(machine: Machine, oid: Oid) -> None:
    """Around a model with checkpointing on, PEFT lets gradients into the inputs."""
    if (machine.world.life.root(oid), "reentrant") in machine.world.frames.get(NOTES, {}):
        note_input_grads(machine, oid, True)


def _input_grads(call: LibCall) -> Value:
    """`model.enable_input_require_grads()`, or the other way round."""
    machine = call.machine
    oid = call.target()
    on = bool(call.option("on"))
    machine.emit(call.node, oid, InputGrads(on=on))
    note_input_grads(machine, oid, on)
    return NONE


def run_as_forward(machine: Machine, oid: Oid, function: Value, node: cst.CSTNode) -> None:
    """A part of a model gets a forward of the script's own: it is run once, to see what it does to gradients."""
    frame = machine.world.frame(NOTES)
    frame["part of", "model"] = ModelRef(oid)
    machine.call(function, Args(open=True), node)
    machine.world.frame(NOTES).pop(("part of", "model"), None)


def _recompute(call: LibCall) -> Value:
    """`checkpoint(function, *inputs, use_reentrant=True)`: in the reentrant form an input must carry the gradient."""
    machine = call.machine
    part = machine.world.frames.get(NOTES, {}).get(("part of", "model"))
    if isinstance(part, ModelRef) and call.plain("use_reentrant", None) is True:
        site = machine.site(call.node)
        machine.emit_at(site, part.oid, Checkpointing(by_hand=True))
        machine.world.frame(NOTES)[machine.world.life.root(part.oid), "recomputed"] = TRUE
    function = call.arg("function")
    return machine.call(function, Args(call.args.pos[1:]), call.node) if function is not None else call.unknown()


VERBS: dict[str, Verb] = {"checkpointing": _checkpointing, "input_grads": _input_grads, "recompute": _recompute}
