"""A list, a dict, an instance or the environment gets an item, another in its place, or loses it."""

from __future__ import annotations

from typing import Any

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import (
    LONGEST,
    is_plain,
    items_of,
    known_items,
    namespace_of,
    record_of,
    unplaced,
)
from lora_lint.flow.objects.weights import entries
from lora_lint.flow.values import Const, DictRec, InstRec, Lib, ListRec, ModuleRef, ObjRef, Value, WeightsRec
from lora_lint.knowledge import names
from lora_lint.lifecycle.records import Oid

VIEWS: Oid = ("views", 0)  # the frame that says whose attributes a dict shows, `vars(job)`
SET: Oid = ("environment", 0)  # the frame that holds what the script puts into environment variables itself


def set_item(machine: Machine, value: Value, index: Value, new: Value, node: cst.CSTNode) -> None:
    """`value[index] = new`."""
    value, index = machine.settle(value, node), machine.settle(index, node)
    owner = value if isinstance(value, ModuleRef) else namespace_of(machine, value)
    if owner is not None and isinstance(index, Const) and isinstance(index.value, str):
        machine.set(owner, index.value, new, node)
        return
    if isinstance(value, Lib) and value.name == names.ENVIRONMENT and isinstance(index, Const):
        machine.world.frame(SET)[index.value] = new
    record = record_of(machine, value)
    if not isinstance(value, ObjRef):
        return
    if isinstance(record, DictRec):
        seen = machine.world.frames.get(VIEWS, {}).get(value.oid)
        if seen is not None and isinstance(index, Const) and isinstance(index.value, str):
            machine.set(seen, index.value, new, node)
        items = dict(record.items)
        items[index] = new
        is_open = record.open or len(items) > LONGEST
        machine.world.put(value.oid, DictRec(tuple(items.items()), is_open, record.factory))
    elif isinstance(record, ListRec):
        at = index.value if isinstance(index, Const) else None
        if (asked := slice_asked(index)) is not None:
            machine.world.put(value.oid, _spliced(machine, record, asked, new, node))
        elif isinstance(at, int) and -len(record.items) <= at < len(record.items):
            changed = list(record.items)
            changed[at] = new
            machine.world.put(value.oid, ListRec(tuple(changed), record.open, record.kind))
        else:
            machine.world.put(value.oid, ListRec((*record.items, new), True, record.kind))
    elif isinstance(record, WeightsRec):
        changed_state = {**dict(entries(machine.world.life, record)), index: new}
        machine.world.put(value.oid, DictRec(tuple(changed_state.items())))
    elif isinstance(record, InstRec):
        if isinstance(index, Const):
            machine.world.put(
                value.oid, InstRec(record.cls, record.lib, {**record.fields, f"[{index.value}]": new}, record.site)
            )


def put_new(machine: Machine, value: Value, index: Value, new: Value, node: cst.CSTNode) -> None:
    """A dict gets an entry that was not there. Where keys are not known, it may have been."""
    set_item(machine, value, index, new, node)
    now = record_of(machine, value)
    if isinstance(now, DictRec) and isinstance(value, ObjRef) and not all(is_plain(key) for key, _ in now.items):
        machine.world.put(value.oid, DictRec(now.items, True, now.factory))


def _spliced(machine: Machine, record: ListRec, asked: slice, new: Value, node: cst.CSTNode) -> ListRec:
    """`models[:] = merged`: others in the place of some."""
    items, more = list(record.items), items_of(machine, new, node)
    if record.open or more is None:
        more = known_items(machine, new) if more is None else more
        return unplaced(ListRec((*items, *more)[:LONGEST], True, record.kind))
    try:
        items[asked] = more
    except ValueError:  # a slice with a step takes as many as it has
        return unplaced(record)
    return ListRec(tuple(items[:LONGEST]), len(items) > LONGEST, record.kind)


def delete_item(machine: Machine, value: Value, index: Value) -> None:
    if isinstance(value, Lib) and value.name == names.ENVIRONMENT and isinstance(index, Const):
        machine.world.frame(SET).pop(index.value, None)
    record = record_of(machine, value)
    if isinstance(record, DictRec) and isinstance(value, ObjRef):
        items = tuple((key, item) for key, item in record.items if key != index)
        machine.world.put(value.oid, DictRec(items, record.open, record.factory))
    elif isinstance(record, ListRec) and isinstance(value, ObjRef):
        machine.world.put(value.oid, _without(record, index))


def _without(record: ListRec, index: Value) -> ListRec:
    items = list(record.items)
    if record.open or not isinstance(index, Const):
        return unplaced(record)
    try:
        del items[slice_asked(index) or index.value]
    except (IndexError, TypeError):
        return unplaced(record)
    return ListRec(tuple(items), False, record.kind)


def slice_asked(index: Value) -> Any:
    """The slice that a subscript asks for; kept as a tuple, since slices have no hash before Python 3.12."""
    if isinstance(index, Const) and isinstance(index.value, tuple) and index.value[:1] == ("slice",):
        try:
            return slice(*index.value[1:])
        except TypeError:
            return None
    return None
