"""Before training: freezing for k-bit training, new tokens, gradient checkpointing, number formats."""

from __future__ import annotations

from lora_lint.flow.containers import record_of
from lora_lint.flow.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.models import TRAITS
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, ModelRef, Value
from lora_lint.flow.verbs.loading import dtype_of
from lora_lint.lifecycle.records import Frozen, Oid, Sure


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
    reentrant: bool | None = machine.knowledge.reentrant_by_default()
    record = record_of(machine, options) if options is not None else None
    if isinstance(record, DictRec):
        asked = dict(record.items).get(Const("use_reentrant"))
        reentrant = machine.known(asked) if asked is not None else reentrant
    machine.emit("checkpointing", call.node, oid, reentrant=reentrant)
    note_checkpointing(machine, oid, reentrant)
    return call.unknown()


def note_checkpointing(machine: Machine, oid: Oid, reentrant: bool | None) -> None:
    """Gradient checkpointing is on from here; newer releases let gradients into the inputs along with it."""
    root = machine.world.life.root(oid)
    machine.world.frame(TRAITS)[root, "reentrant"] = Const(reentrant)
    if machine.knowledge.checkpointing_opens_inputs():
        machine.world.frame(TRAITS)[root, "input grads"] = TRUE


def _input_grads(call: LibCall) -> Value:
    machine = call.machine
    oid = call.target()
    on = bool(call.option("on"))
    machine.emit("input_grads", call.node, oid, on=on)
    machine.world.frame(TRAITS)[machine.world.life.root(oid), "input grads"] = Const(on)
    return NONE


def _cast(call: LibCall) -> Value:
    """`model.half()`, `model.to(torch.float32)`: every weight, those of adapters included."""
    machine = call.machine
    life = machine.world.life
    oid = call.target()
    dtype = call.option("dtype")
    if dtype is None:
        given = [call.machine.settle(value, call.node) for value in call.args.values()]
        dtype = next((name for value in given if (name := dtype_of(value)) in FORMATS), None)
    if dtype is not None:
        life.note(oid, dtype=dtype)
        for adapter in life.held(oid):
            life.replace_adapter(adapter, half=dtype == "float16")
    return ModelRef(oid)


FORMATS = frozenset({"float16", "float32", "float64", "bfloat16"})


def _cast_open(call: LibCall) -> Value:
    """`cast_mixed_precision_params(model, dtype)`: what trains is in float32 afterwards."""
    oid = call.model("model")
    for adapter in call.machine.world.life.held(oid) if oid is not None else ():
        call.machine.world.life.replace_adapter(adapter, half=False)
    return NONE


def _dequantize(call: LibCall) -> Value:
    """`model.dequantize()`: the weights in full precision again."""
    call.machine.world.life.replace_base(call.target(), quantized="")
    return ModelRef(call.target())


VERBS: dict[str, Verb] = {
    "prepare": _prepare,
    "cast": _cast,
    "cast_open": _cast_open,
    "dequantize": _dequantize,
    "resize": _resize,
    "checkpointing": _checkpointing,
    "input_grads": _input_grads,
}
