"""Methods of objects that are not known, where the name alone says enough."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.library import gradients_of
from lora_lint.flow.machine import Args, Machine
from lora_lint.flow.values import NONE, Value
from lora_lint.flow.verbs.training import train
from lora_lint.lifecycle.records import Oid

# methods of tensors, batches, tokenizers and loggers: what they give is made of what they were called on
TENSOR_METHODS = frozenset(
    "backward item mean sum detach cpu cuda to float half view reshape log exp squeeze unsqueeze clone numpy tolist "
    "size dim argmax softmax log_softmax gather masked_fill scale div mul add sub contiguous transpose".split()
)


def call_method_of_unknown(
    machine: Machine, owner: object, name: str, models: frozenset[Oid], args: Args, node: cst.CSTNode
) -> Value | None:
    """`loss.backward()` trains what the loss was computed from; None where the name says nothing."""
    given = gradients_of(machine, args.values())
    if name == "backward":
        train(machine, models | given, node, "backward")
        return NONE
    if name in TENSOR_METHODS:
        return machine.unknown(node, models=models | given)
    return None
