"""Methods of objects that are not known, where the name alone says enough."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.models import NOTES
from lora_lint.flow.objects import ATTRIBUTES
from lora_lint.flow.provenance import gradients_of
from lora_lint.flow.scope import Args
from lora_lint.flow.strings import place_of
from lora_lint.flow.values import NONE, TRUE, Const, DictRec, Func, Method, ModelRef, ObjRef, Partial, Sym, Value
from lora_lint.flow.verbs.checkpointing import run_as_forward
from lora_lint.flow.verbs.training import train
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import make
from lora_lint.lifecycle.events.disk import SavedBeside
from lora_lint.lifecycle.records import Oid, Sure

# methods of tensors, batches, tokenizers and loggers: what they give is made of what they were called on
TENSOR_METHODS = frozenset(
    "backward item mean sum detach cpu cuda to float half view reshape log exp squeeze unsqueeze clone numpy tolist "
    "size dim argmax softmax log_softmax gather masked_fill scale div mul add sub contiguous transpose".split()
)
# methods of a part of a model that give its parts
PART_METHODS = frozenset("parameters named_parameters modules named_modules children named_children".split())


def _note_tokens(machine: Machine, name: str, args: Args, node: cst.CSTNode) -> None:
    """A tokenizer learns words that the model is to learn; a padding token needs no learning."""
    given = machine.settle(args.pos[0], node) if args.pos else None
    record = machine.world.heap.get(given.oid) if isinstance(given, ObjRef) else None
    if isinstance(record, DictRec):
        tokens = [(key.value, getattr(token, "value", None)) for key, token in record.items if isinstance(key, Const)]
        learned = not record.open and any(machine.knowledge.is_learned(*token) for token in tokens)
    else:
        learned = name == "add_tokens" and given is not None
    if learned:
        machine.world.frame(NOTES)["tokens", "added"] = TRUE


def open_part(machine: Machine, owner: object, models: frozenset[Oid], on: bool | None) -> None:
    """`model.lm_head.requires_grad_(True)`: a part of the model trains from here on, which part is not followed."""
    life = machine.world.life
    for oid in {*models, *_within(owner)}:
        if on is not False and oid in life.models and life.base(oid).trainable is Sure.NO:
            life.replace_base(oid, trainable=Sure.MAYBE)


def _within(owner: object) -> list[Oid]:
    """The model that an unknown value is a part of."""
    while isinstance(owner, tuple) and owner[:1] in (("attribute",), ("item",), ("call",)):
        owner = owner[1] if owner[0] != "call" else owner[-1]
    return [owner] if isinstance(owner, tuple) and len(owner) == 2 else []


def set_on_unknown(machine: Machine, value: Sym, name: str, new: Value, node: cst.CSTNode) -> None:
    """`unknown.name = new`: remembered, and where it opens a part of a model for training, noted."""
    if name == "requires_grad":
        open_part(machine, value.term, value.models, machine.known(new))
    machine.world.frame(ATTRIBUTES)[value.term, name] = new
    if name == "forward" and isinstance(new, (Func, Method, Partial)):
        for oid in _within(value.term):
            if oid in machine.world.life.models:
                run_as_forward(machine, oid, new, node)


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
        if isinstance(node, cst.Call) and name == "save_pretrained":  # a tokenizer or the like
            place = place_of(machine.world, subject, machine.usual)
            path = node.args[0].value if node.args else None
            machine.emit(node, None, SavedBeside(place=place, path_node=path, view=view_of(machine)))
    if name == "requires_grad_":
        opened = args.get("requires_grad", 0) or TRUE
        open_part(machine, owner, models, machine.known(opened))
        return machine.unknown(node, models=models)
    if name == "get" and args.pos and isinstance(args.pos[0], Const) and isinstance(args.pos[0].value, str):
        return Sym(make(machine.site(node), "item", owner, *args.pos), models)  # `settings.get("merge")`
    if name == "backward":
        train(machine, models | given, node)
        return NONE
    if name in ("add_tokens", "add_special_tokens"):
        _note_tokens(machine, name, args, node)
        return None
    if name in TENSOR_METHODS:
        return machine.unknown(node, models=models | given)
    if name in PART_METHODS:
        whole = [oid for oid in _within(owner) if oid in machine.world.life.models]
        return machine.unknown(node, models=models.union(whole))
    return None
