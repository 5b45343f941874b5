"""The methods of lists, sets and dicts."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.containers import (
    LONGEST,
    delete_item,
    items_of,
    known_items,
    looked_up,
    new_dict,
    new_list,
    record_of,
    set_item,
)
from lora_lint.flow.machine import Machine
from lora_lint.flow.passes import used_up
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, DictRec, ListRec, ObjRef, Sym, Tup, Value


def container_method(machine: Machine, ref: ObjRef, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A method of a list, set or dict."""
    if name in ("extend", "update"):
        args.pos[:] = [used_up(machine, value, node) for value in args.pos]
    record = machine.world.heap[ref.oid]
    if isinstance(record, ListRec):
        return _list_method(machine, ref, record, name, args, node)
    if isinstance(record, DictRec):
        return _dict_method(machine, ref, record, name, args, node)
    return machine.unknown(node)


def _list_method(machine: Machine, ref: ObjRef, record: ListRec, name: str, args: Args, node: cst.CSTNode) -> Value:
    world = machine.world
    if name in ("append", "appendleft", "add", "insert") and args.pos:
        new = args.pos[-1]
        first = name == "appendleft" or (name == "insert" and args.pos[0] == Const(0))
        items = (new, *record.items) if first else (*record.items, new)
        world.put(ref.oid, ListRec(items[:LONGEST], record.open or len(items) > LONGEST, record.kind))
        return NONE
    if name in ("extend", "update") and args.pos:
        more = items_of(machine, args.pos[0], node)
        items = (*record.items, *(more if more is not None else known_items(machine, args.pos[0])))
        world.put(ref.oid, ListRec(items[:LONGEST], record.open or more is None, record.kind))
        return NONE
    if name in ("pop", "popleft"):
        if record.items and not record.open and (not args.pos or args.pos[0] in (Const(0), Const(-1))):
            first = name == "popleft" or (bool(args.pos) and args.pos[0] == Const(0))
            world.put(ref.oid, ListRec(record.items[1:] if first else record.items[:-1], False, record.kind))
            return record.items[0] if first else record.items[-1]
        world.put(ref.oid, ListRec(record.items, True, record.kind))
        return machine.unknown(node)
    if name == "copy":
        return new_list(machine, node, list(record.items), open=record.open, kind=record.kind)
    if name == "clear":
        world.put(ref.oid, ListRec((), False, record.kind))
        return NONE
    if name == "reverse":
        world.put(ref.oid, ListRec(record.items[::-1], record.open, record.kind))
        return NONE
    if name in ("remove", "discard", "sort"):
        world.put(ref.oid, ListRec(record.items, True, record.kind))
        return NONE
    return machine.unknown(node)


def _dict_method(machine: Machine, ref: ObjRef, record: DictRec, name: str, args: Args, node: cst.CSTNode) -> Value:
    world = machine.world
    if name == "items":
        return Tup(tuple(Tup(pair) for pair in record.items), record.open)
    if name == "values":
        return Tup(tuple(value for _, value in record.items), record.open)
    if name == "keys":
        return Tup(tuple(key for key, _ in record.items), record.open)
    if name in ("get", "pop", "setdefault") and args.pos:
        key = machine.settle(args.pos[0], node)
        for known, value in record.items:
            if known == key:
                if name == "pop":
                    delete_item(machine, ref, key)
                return value
        fallback = args.pos[1] if len(args.pos) > 1 else NONE
        if name == "get" and (found := looked_up(record, key)) is not None:
            return found
        if record.open or not isinstance(key, Const):
            return Sym(("item", ("object", ref.oid), key))
        if name == "setdefault":
            set_item(machine, ref, key, fallback, node)
        return fallback
    if name == "update":
        items = dict(record.items)
        is_open = record.open or args.open
        for source in args.pos:
            more = record_of(machine, source)
            if isinstance(more, DictRec):
                items.update(more.items)
                is_open = is_open or more.open
            else:
                is_open = True
        items.update({Const(key): value for key, value in args.kw.items()})
        world.put(ref.oid, DictRec(tuple(items.items()), is_open))
        return NONE
    if name == "copy":
        return new_dict(machine, node, list(record.items), open=record.open)
    if name == "clear":
        world.put(ref.oid, DictRec((), False))
        return NONE
    return machine.unknown(node)
