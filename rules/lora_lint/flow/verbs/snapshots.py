"""State dicts that a script keeps: copies, or the very tensors that it goes on training.

`model.state_dict()` copies nothing, nor does `get_peft_model_state_dict` (torch 2.13, peft 0.21): whoever keeps one has
the tensors of the model, under its keys.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

import libcst as cst

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items, new_dict, record_of
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.values import DictRec, ObjRef, Param, Value, WeightsRec
from lora_lint.flow.worlds.settled import is_chosen
from lora_lint.flow.worlds.world import FLAGS
from lora_lint.lifecycle.events.models import Moved, StateTaken
from lora_lint.lifecycle.records import Oid

DEEPEST = 3  # dicts in dicts


def taken_state(machine: Machine, record: WeightsRec, node: cst.CSTNode) -> ObjRef:
    """A state dict that was asked for; what is sharded is gathered into tensors of their own."""
    life, site = machine.world.life, machine.site(node)
    sharded = (life.unwrapped(record.model), "sharded") in machine.world.frames.get(FLAGS, {})
    if record.tokens and record.detached and not sharded:
        machine.state_taken = True
        machine.emit(node, record.model, StateTaken(is_chosen(machine.world.assumed)))
        record = replace(record, taken=(site,))
    return ObjRef(machine.world.new(site, record))


def note_moved(machine: Machine, oid: Oid, node: cst.CSTNode) -> None:
    if machine.state_taken:
        machine.emit(node, oid, Moved())


def _on_device(call: LibCall) -> Value:
    """`model.cuda()`, `net.to(device)`: of a module, the models that it holds."""
    if call.receiver is None:
        return call.unknown()
    for oid in models_in(call.machine, [call.receiver]) if call.machine.state_taken else ():
        note_moved(call.machine, oid, call.node)
    return call.receiver


def taken_of(machine: Machine, oid: Oid, value: Value) -> tuple[Hashable, ...]:
    """Where a state dict of this very model was asked for, if its tensors are still those of the model; they are put
    back in vain."""
    life, record = machine.world.life, record_of(machine, value)
    if isinstance(record, WeightsRec):
        models, taken = {record.model}, [record.taken]
    elif isinstance(record, DictRec):
        items = known_items(machine, value)
        params = [item for item in items if isinstance(item, Param) and item.adapter is not None]
        if record.open or not params or not all(isinstance(item, Param) for item in items):
            return ()
        models, taken = {param.model for param in params}, [param.taken for param in params]
    else:
        return ()
    if not all(taken) or any(model not in life.models or life.root(model) != life.root(oid) for model in models):
        return ()
    return tuple(dict.fromkeys(site for sites in taken for site in sites))


def copied(machine: Machine, value: Value, node: cst.CSTNode, deep: int = DEEPEST) -> Value:
    """The same with tensors of their own in place of those of state dicts, as in a file."""
    if isinstance(value, Param):
        return replace(value, taken=())
    record = record_of(machine, value)
    if isinstance(record, WeightsRec):
        return ObjRef(machine.world.new(machine.site(node), replace(record, taken=())))
    if isinstance(record, DictRec) and deep and any(isinstance(item, (Param, ObjRef)) for _, item in record.items):
        items = [(key, copied(machine, item, node, deep - 1)) for key, item in record.items]
        return new_dict(machine, node, items, open=record.open)
    return value


VERBS: dict[str, Verb] = {"on_device": _on_device}
