"""Before training: freezing for k-bit training, new tokens, gradient checkpointing, number formats."""

from __future__ import annotations

from lora_lint.flow.containers import record_of
from lora_lint.flow.library import LibCall, Verb
from lora_lint.flow.models import TRAITS
from lora_lint.flow.values import NONE, Const, DictRec, ModelRef, Value
from lora_lint.lifecycle.records import Frozen, Sure


def _prepare(call: LibCall) -> Value:
    """`prepare_model_for_kbit_training(model)`: freezes every parameter it finds, adapters included."""
    machine = call.machine
    life = machine.world.life
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    held = life.held(oid)
    machine.emit("prepared_kbit", call.node, oid, adapters=tuple(held))
    for adapter in held:
        life.freeze(adapter, Frozen("kbit", machine.site(call.node)))
    life.replace_base(oid, trainable=Sure.NO)
    return ModelRef(oid)


def _resize(call: LibCall) -> Value:
    """`model.resize_token_embeddings(n)`."""
    machine = call.machine
    oid = call.target()
    learned = ("tokens", "added") in machine.world.frames.get(TRAITS, {})
    machine.emit("resized", call.node, oid, learned=learned)
    machine.world.life.replace_base(oid, resized_at=machine.site(call.node))
    if learned:
        machine.world.frame(TRAITS)[machine.world.life.root(oid), "new tokens"] = Const(True)
    return call.unknown()


def _checkpointing(call: LibCall) -> Value:
    machine = call.machine
    oid = call.target()
    options = call.arg("gradient_checkpointing_kwargs")
    reentrant = machine.knowledge.reentrant_by_default()
    record = record_of(machine, options) if options is not None else None
    if isinstance(record, DictRec):
        asked = dict(record.items).get(Const("use_reentrant"))
        reentrant = machine.known(asked) if asked is not None else reentrant
    machine.emit("checkpointing", call.node, oid, reentrant=reentrant)
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "reentrant"] = Const(reentrant)
    return call.unknown()


def _input_grads(call: LibCall) -> Value:
    machine = call.machine
    oid = call.target()
    on = bool(call.option("on"))
    machine.emit("input_grads", call.node, oid, on=on)
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "input grads"] = Const(on)
    return NONE


VERBS: dict[str, Verb] = {
    "prepare": _prepare,
    "resize": _resize,
    "checkpointing": _checkpointing,
    "input_grads": _input_grads,
}
