"""Does what a script writes hold the settings of an adapter? As a config, as what was made of one, or spelled out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import Const, DictRec, Gate, InstRec, ListRec, ObjRef, Record, Sym, Text, Tup, Value
from lora_lint.knowledge import names
from lora_lint.lifecycle.events.disk import SettingsSaved

MOST_PARTS = 400  # of what is written, that are looked at


def hold_settings(machine: Machine, values: Iterable[Value]) -> bool:
    """`vars(config)`, `config.to_dict()`, `json.dumps(...)` of it, `{"r": 8, "lora_alpha": 16}`: who reads it can make
    the config again."""
    life = machine.world.life
    for part in _parts(machine, values):
        if isinstance(part, InstRec) and part.lib.startswith(names.ADAPTER_CONFIGS):
            return True
        if isinstance(part, (InstRec, DictRec)) and _spell_out(part):
            return True
        if isinstance(part, tuple) and part[:1] == ("attribute",) and part[-1] in names.CONFIGS_OF_MODELS:
            if part[1] in life.models:
                return True
    return False


def note_settings(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """Values are written to a file, or may be."""
    if hold_settings(machine, values):
        machine.emit(node, None, SettingsSaved())


def _spell_out(record: InstRec | DictRec) -> bool:
    """Are a rank and what it goes with among the names of what it holds?"""
    held = record.fields if isinstance(record, InstRec) else [k.value for k, _ in record.items if isinstance(k, Const)]
    words = {name.lower() for name in held if isinstance(name, str)}
    return not (words.isdisjoint(names.RANKS_OF_ADAPTERS) or words.isdisjoint(names.BESIDE_RANKS))


def _parts(machine: Machine, values: Iterable[Value]) -> Iterator[object]:
    """All that values hold and were made of: terms, and what is on the heap."""
    todo: list[object] = list(values)
    known: set[object] = set(todo)
    for part in todo:  # which grows meanwhile
        oid = part.oid if isinstance(part, ObjRef) else part if isinstance(part, tuple) else None
        record = machine.world.heap.get(oid) if oid is not None else None
        if oid is not None:
            yield record or part
        for inside in _inside(part, record):
            if inside not in known and len(todo) < MOST_PARTS:
                known.add(inside)
                todo.append(inside)


def _inside(part: object, record: Record | None) -> Iterable[object]:
    """What a part of a value is made of. Of `trainer` in `trainer.state` not all is taken along."""
    if isinstance(record, DictRec):
        return (item for _, item in record.items)
    if isinstance(record, ListRec):
        return record.items
    if record is not None:
        return record.fields.values() if isinstance(record, InstRec) and isinstance(part, ObjRef) else ()
    if isinstance(part, Gate):
        return (part.then, part.other)
    if isinstance(part, Sym):
        return (part.term,)
    if isinstance(part, (Tup, Text)):
        return part.items if isinstance(part, Tup) else part.parts
    return part if isinstance(part, tuple) else ()
