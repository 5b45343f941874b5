"""Lists, dicts and objects that may hold more than is known of them: code that is not seen was given them, or one of
several was asked for and nobody knows which."""

from __future__ import annotations

from collections.abc import Iterable

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import TRUE, DictRec, ListRec, ObjRef, Value
from lora_lint.flow.worlds.terms import pick
from lora_lint.lifecycle.records import Oid

HANDED_OUT: Oid = ("handed out", 0)  # the frame that names them
DEEPEST = 3  # lists within lists


def hand_out(machine: Machine, values: Iterable[Value], deep: int = DEEPEST) -> None:
    """What is put into one of these from now on, or into a list or dict that it holds, need not be seen."""
    for value in values:
        value = pick(machine.world, value)
        record = machine.world.heap.get(value.oid) if isinstance(value, ObjRef) else None
        if isinstance(value, ObjRef) and isinstance(record, (ListRec, DictRec)) and deep:
            machine.world.frame(HANDED_OUT)[value.oid] = TRUE
            inside = record.items if isinstance(record, ListRec) else [item for _, item in record.items]
            hand_out(machine, inside, deep - 1)


def is_handed_out(machine: Machine, value: Value) -> bool:
    """May it hold what nobody knows of?"""
    return isinstance(value, ObjRef) and value.oid in machine.world.frames.get(HANDED_OUT, {})
