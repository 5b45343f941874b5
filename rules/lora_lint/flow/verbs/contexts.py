"""`with` blocks: what entering one switches, and what leaving it switches back."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.scope import Args
from lora_lint.flow.strings import place_of
from lora_lint.flow.values import NONE, InstRec, Method, ModelRef, ObjRef, Sym, Value
from lora_lint.flow.verbs.around import gather
from lora_lint.flow.verbs.merging import enable
from lora_lint.lifecycle.records import Oid, PeftModel

CONTEXT = "context."


def make_context(call: LibCall) -> Value:
    """A context manager, or for `torch.no_grad` also a decorator: what it does is decided where it is entered."""
    site = call.machine.site(call.node)
    fields = dict(zip(call.row.params, call.args.pos, strict=False)) | call.args.kw
    if isinstance(call.receiver, ModelRef):
        fields["model"] = call.receiver
        call.machine.emit("context", call.node, call.receiver.oid, kind=call.option("kind"))
    lib = call.name if call.option("kind") == "executor" else f"{CONTEXT}{call.option('kind')}"
    return ObjRef(call.machine.world.new(site, InstRec(None, lib, fields, site)))


def _record(machine: Machine, manager: Value) -> InstRec | None:
    record = machine.world.heap.get(manager.oid) if isinstance(manager, ObjRef) else None
    return record if isinstance(record, InstRec) else None


def enter(machine: Machine, manager: Value, node: cst.CSTNode) -> Value:
    """Enters a `with` block; gives what `as` binds."""
    manager = machine.settle(manager, node)
    record = _record(machine, manager)
    if record is None:
        return manager if isinstance(manager, ModelRef) else machine.unknown(node)
    if not record.lib.startswith(CONTEXT):
        method = machine.get(manager, "__enter__", node) if record.cls is not None else NONE
        return machine.call(method, Args(), node) if isinstance(method, Method) else manager
    kind = record.lib.removeprefix(CONTEXT)
    if kind == "muted" or (kind == "grad" and machine.known(record.fields.get("mode", NONE)) is False):
        machine.world.muted += 1
    elif kind == "temporary":
        return Sym(("temporary", manager.oid if isinstance(manager, ObjRef) else None), kind="builtins.str")
    elif kind == "disabled":
        _switch(machine, record, on=False, node=node)
    elif kind == "whole":
        gather(machine, record.fields.get("model"), whole=True)
    elif kind == "null":
        return record.fields.get("enter_result", machine.unknown(node))
    return manager


def leave(machine: Machine, manager: Value, node: cst.CSTNode) -> None:
    """Leaves a `with` block."""
    manager = machine.settle(manager, node)
    record = _record(machine, manager)
    if record is None:
        return
    if not record.lib.startswith(CONTEXT):
        method = machine.get(manager, "__exit__", node) if record.cls is not None else NONE
        if isinstance(method, Method):
            machine.call(method, Args([NONE, NONE, NONE]), node)
        return
    kind = record.lib.removeprefix(CONTEXT)
    if kind == "muted" or (kind == "grad" and machine.known(record.fields.get("mode", NONE)) is False):
        machine.world.muted = max(machine.world.muted - 1, 0)
    elif kind == "temporary" and isinstance(manager, ObjRef):
        place = place_of(machine.world, Sym(("temporary", manager.oid)), machine.usual)
        if place is not None:
            machine.world.life.erase(place)
    elif kind == "disabled":
        _switch(machine, record, on=True, node=node)
    elif kind == "whole":
        gather(machine, record.fields.get("model"), whole=False)


def _switch(machine: Machine, record: InstRec, *, on: bool, node: cst.CSTNode) -> None:
    """`with model.disable_adapter():`; leaving it opens the active adapters, even ones that were frozen."""
    model = record.fields.get("model")
    if not isinstance(model, ModelRef):
        return
    life = machine.world.life
    target: Oid = life.unwrapped(model.oid)
    if not isinstance(life.models[target], PeftModel):
        return
    if on:
        enable(life, target)
    else:
        life.replace(target, disabled=machine.site(node))


VERBS: dict[str, Verb] = {"context": make_context}
