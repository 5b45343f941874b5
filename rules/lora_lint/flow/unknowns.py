"""Methods of objects that are not known, where the name alone says enough."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.library import gradients_of
from lora_lint.flow.machine import Args, Machine
from lora_lint.flow.models import TRAITS
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, ModelRef, ObjRef, Value
from lora_lint.flow.verbs.training import train
from lora_lint.lifecycle.records import Oid

# methods of tensors, batches, tokenizers and loggers: what they give is made of what they were called on
TENSOR_METHODS = frozenset(
    "backward item mean sum detach cpu cuda to float half view reshape log exp squeeze unsqueeze clone numpy tolist "
    "size dim argmax softmax log_softmax gather masked_fill scale div mul add sub contiguous transpose".split()
)


def _note_tokens(machine: Machine, name: str, args: Args, node: cst.CSTNode) -> None:
    """A tokenizer learns words that the model is to learn; a padding token needs no learning."""
    given = machine.settle(args.pos[0], node) if args.pos else None
    record = machine.world.heap.get(given.oid) if isinstance(given, ObjRef) else None
    if isinstance(record, DictRec):
        keys = {key.value for key, _ in record.items if isinstance(key, Const)}
        learned = bool(keys - {"pad_token"}) and not record.open
    else:
        learned = name == "add_tokens" and given is not None
    if learned:
        machine.world.frame(TRAITS)["tokens", "added"] = TRUE


def call_method_of_unknown(
    machine: Machine, owner: object, name: str, models: frozenset[Oid], args: Args, node: cst.CSTNode
) -> Value | None:
    """`loss.backward()` trains what the loss was computed from; None where the name says nothing."""
    given = gradients_of(machine, args.values())
    if name in ("save_pretrained", "push_to_hub") and args.pos:
        subject = machine.settle(args.pos[0], node)
        if isinstance(subject, ModelRef):  # `SomeClass.save_pretrained(model, out)`
            rest = Args(args.pos[1:], args.kw, args.open)
            return machine.call(machine.get(subject, name, node), rest, node)
    if name == "backward":
        train(machine, models | given, node, "backward")
        return NONE
    if name in ("add_tokens", "add_special_tokens"):
        _note_tokens(machine, name, args, node)
        return None
    if name in TENSOR_METHODS:
        return machine.unknown(node, models=models | given)
    return None
