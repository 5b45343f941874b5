"""Before training: freezing for k-bit training, new tokens, number formats."""

from __future__ import annotations

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.values import NONE, Const, ModelRef, Tup, Value
from lora_lint.flow.verbs.checkpointing import note_checkpointing, note_input_grads
from lora_lint.flow.verbs.loading import dtype_of
from lora_lint.flow.verbs.new_tokens import note_tokens, texts_of
from lora_lint.flow.verbs.python.language import made
from lora_lint.flow.verbs.snapshots import note_moved
from lora_lint.flow.verbs.wrapping import source_of
from lora_lint.flow.worlds.world import NOTES
from lora_lint.lifecycle.events.training import PreparedKbit, Resized
from lora_lint.lifecycle.records import Frozen, Sure


def _prepare(call: LibCall) -> Value:
    """`prepare_model_for_kbit_training(model)`: freezes every parameter it finds, adapters included, and makes what is
    not quantized float32."""
    machine = call.machine
    life = machine.world.life
    oid = call.model("model")
    if oid is None:
        return call.unknown()
    held = life.held(oid)
    machine.emit(call.node, oid, PreparedKbit())
    for adapter in held:
        life.freeze(adapter, Frozen("kbit", machine.site(call.node)))
        life.replace_adapter(adapter, half=False)
    life.replace_base(oid, trainable=Sure.NO)
    life.note(oid, half=None)
    if life.base(oid).quantized and call.plain("use_gradient_checkpointing", True) is True:
        note_checkpointing(machine, oid, call.arg("gradient_checkpointing_kwargs"), machine.site(call.node))
        note_input_grads(machine, oid, True)
    return ModelRef(oid)


def _tokenizer(call: LibCall) -> Value:
    """`AutoTokenizer.from_pretrained(name, additional_special_tokens=words)`: those that it has not are added.

    Of the other roles tokenizers have a token, and scripts name it once more."""
    for name in call.option("adds"):
        given = call.args.kw.get(name)
        words = texts_of(call.machine, call.machine.settle(given, call.node)) if given is not None else None
        if words and any(call.machine.knowledge.is_learned(name, word) for word in words):
            note_tokens(call.machine, words)
    return made(call)


def _resize(call: LibCall) -> Value:
    """`model.resize_token_embeddings(n)`."""
    machine = call.machine
    oid = call.target()
    added = machine.world.frames.get(NOTES, {}).get(("tokens", "added"))
    tokens = added.value if isinstance(added, Const) and isinstance(added.value, frozenset) else None
    there = tokens is not None and machine.knowledge.has_tokens(source_of(machine, oid), tokens)
    learned = added is not None and not there
    machine.emit(call.node, oid, Resized(learned))
    machine.world.life.replace_base(oid, resized_at=machine.site(call.node))
    machine.world.life.note(oid, grown=learned or None)
    if learned:
        machine.world.frame(NOTES)[machine.world.life.root(oid), "new tokens"] = Const(True)
    return call.unknown()


def _chat_template(call: LibCall) -> Value:
    """`model, tokenizer = setup_chat_format(model, tokenizer)`: the same model, whose embedding fits the tokenizer.

    Whether the words are new to it depends on the tokenizer.
    """
    machine = call.machine
    model, tokenizer = call.arg("model"), call.arg("tokenizer")
    model = machine.settle(model, call.node) if model is not None else call.unknown("model")
    if isinstance(model, ModelRef):
        machine.emit(call.node, model.oid, Resized())
        machine.world.life.replace_base(model.oid, resized_at=machine.site(call.node))
        machine.world.life.note(model.oid, grown=True)
    more = tuple(call.unknown(name) for name in call.option("beside") or ())
    return Tup((model, tokenizer if tokenizer is not None else call.unknown("tokenizer"), *more))


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
        half = dtype == "float16"
        life.note(oid, half=half or None)
        for adapter in life.held(oid):
            life.replace_adapter(adapter, half=half)
    note_moved(machine, oid, call.node)
    return ModelRef(oid)


FORMATS = frozenset({"float16", "float32", "float64", "bfloat16"})


def _cast_open(call: LibCall) -> Value:
    """`cast_mixed_precision_params(model, dtype)`: what trains is in float32 then. diffusers takes a list, too."""
    life = call.machine.world.life
    for oid in models_in(call.machine, [call.arg("model") or NONE]):
        for adapter in life.held(oid):
            life.replace_adapter(adapter, half=False)
    return NONE


def _dequantize(call: LibCall) -> Value:
    """`model.dequantize()`: the weights in full precision again."""
    call.machine.world.life.replace_base(call.target(), quantized="")
    return ModelRef(call.target())


def _remade(call: LibCall) -> Value:
    """A library that changes the models it is given: what their methods do from here on is its own affair."""
    life = call.machine.world.life
    given = call.args.values()
    hand_over(call.machine, given, call.node)
    for oid in models_in(call.machine, given):
        life.replace_base(oid, known=False)
        life.note(oid, remade=True)
    return call.unknown()


VERBS: dict[str, Verb] = {
    "prepare": _prepare,
    "cast": _cast,
    "cast_open": _cast_open,
    "dequantize": _dequantize,
    "remade": _remade,
    "resize": _resize,
    "tokenizer": _tokenizer,
    "chat_template": _chat_template,
}
