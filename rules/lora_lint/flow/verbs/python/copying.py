"""`copy.copy` and `copy.deepcopy`."""

from __future__ import annotations

from dataclasses import replace

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.objects.containers import new_dict, new_list, record_of
from lora_lint.flow.objects.weights import entries
from lora_lint.flow.values import DictRec, InstRec, ListRec, ModelRef, ObjRef, Param, Tup, Value, WeightsRec


def _deepcopy(call: LibCall) -> Value:
    value = call.args.pos[0] if call.args.pos else call.unknown()
    return _copied(call, call.machine.settle(value, call.node))


def _copied(call: LibCall, value: Value, deep: int = 3) -> Value:
    machine = call.machine
    site = machine.site(call.node)
    if isinstance(value, ModelRef):
        return ModelRef(machine.world.life.deepcopy(value.oid, site))
    if isinstance(value, Tup):
        return Tup(tuple(_copied(call, item, deep - 1) for item in value.items), value.open) if deep else value
    record = record_of(machine, value)
    if isinstance(record, ListRec):
        items = [_copied(call, item, deep - 1) for item in record.items] if deep else list(record.items)
        return new_list(machine, call.node, items, open=record.open, kind=record.kind)
    if isinstance(record, DictRec):
        pairs = [(k, _copied(call, v, deep - 1) if deep else v) for k, v in record.items]
        return new_dict(machine, call.node, pairs, open=record.open)
    if isinstance(record, WeightsRec):  # its tensors stay as they are at this moment
        copied = replace(record, taken=())
        if record.keys == "adapter":
            return new_dict(machine, call.node, entries(machine.world.life, copied))
        return ObjRef(machine.world.new(site, copied))
    if isinstance(value, Param):
        return replace(value, taken=())
    if isinstance(record, InstRec):
        fields = {k: _copied(call, v, deep - 1) if deep else v for k, v in record.fields.items()}
        return ObjRef(machine.world.new(site, InstRec(record.cls, record.lib, fields, record.site)))
    return value


def _shallow(call: LibCall) -> Value:
    """`copy.copy` of a model gives an object around the same layers: the same model, for what can happen to it."""
    value = call.machine.settle(call.args.pos[0], call.node) if call.args.pos else call.unknown()
    record = record_of(call.machine, value)
    if record is not None:
        return ObjRef(call.machine.world.new(call.machine.site(call.node), record))
    return value


VERBS: dict[str, Verb] = {"deepcopy": _deepcopy, "shallow": _shallow}
