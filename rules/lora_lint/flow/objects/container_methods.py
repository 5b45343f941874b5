"""The methods of lists, sets and dicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Generic, TypeVar

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import (
    LONGEST,
    SORTED,
    items_of,
    known_items,
    laid_over,
    may_be,
    new_dict,
    new_list,
    pairs_of,
    record_of,
    unplaced,
)
from lora_lint.flow.objects.handed_out import hand_out
from lora_lint.flow.objects.items import looked_up
from lora_lint.flow.objects.ordering import in_order
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.placing import delete_item, put_new
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Const, DictRec, ListRec, ModelRef, ObjRef, Sym, Tup, Value

R = TypeVar("R", bound=ListRec | DictRec)
FIRST, LAST = Const(0), Const(-1)


class Called(Generic[R]):
    """A method of a container being called, and what the container holds."""

    __slots__ = ("args", "machine", "node", "record", "ref")

    def __init__(self, machine: Machine, ref: ObjRef, record: R, args: Args, node: cst.CSTNode) -> None:
        self.machine, self.ref, self.record, self.args, self.node = machine, ref, record, args, node

    @property
    def unknown(self) -> Value:
        return self.machine.unknown(self.node)

    def put(self, record: ListRec | DictRec) -> Value:
        """What the container holds from now on; such methods give None."""
        self.machine.world.put(self.ref.oid, record)
        return NONE


def container_method(machine: Machine, ref: ObjRef, name: str, args: Args, node: cst.CSTNode) -> Value:
    """A method of a list, set or dict."""
    if name in ("extend", "update"):
        args.pos[:] = [used_up(machine, value, node) for value in args.pos]
    record = machine.world.heap[ref.oid]
    if isinstance(record, ListRec) and name in LISTS:
        return LISTS[name](Called(machine, ref, record, args, node))
    if isinstance(record, DictRec) and name in DICTS:
        return DICTS[name](Called(machine, ref, record, args, node))
    return machine.unknown(node)


def namespace_method(machine: Machine, owner: Value, name: str, args: Args, node: cst.CSTNode) -> Value | None:
    """`self.__dict__.update(model=model)`: attributes of an object, as a dict; None where the name says nothing."""
    if name != "update":
        return None
    for given in args.pos:
        record = record_of(machine, given)
        for key, value in record.items if isinstance(record, DictRec) else ():
            if isinstance(key, Const) and isinstance(key.value, str):
                machine.set(owner, key.value, value, node)
    for word, value in args.kw.items():
        machine.set(owner, word, value, node)
    return NONE


# -- lists and sets ----------------------------------------------------------------------------------------------------


def _append(call: Called[ListRec]) -> Value:
    return _add(call, first=False)


def _prepend(call: Called[ListRec]) -> Value:
    return _add(call, first=True)


def _insert(call: Called[ListRec]) -> Value:
    if len(call.args.pos) != 2:
        return call.unknown
    where, new = call.args.pos
    if where == FIRST:
        return _add(call, first=True)
    record, items = call.record, list(call.record.items)
    if record.open or len(items) == LONGEST or not isinstance(where, Const) or not isinstance(where.value, int):
        return call.put(unplaced(replace(record, items=(*items, new)[:LONGEST])))
    items.insert(where.value, new)
    return call.put(ListRec(tuple(items), False, record.kind))


def _add(call: Called[ListRec], *, first: bool) -> Value:
    if not call.args.pos:
        return call.unknown
    record, new = call.record, call.args.pos[-1]
    items = (new, *record.items) if first else (*record.items, new)
    if record.perhaps and len(items) <= LONGEST:
        return call.put(replace(record, items=items))
    return call.put(ListRec(items[:LONGEST], record.open or len(items) > LONGEST, record.kind))


def _extend(call: Called[ListRec]) -> Value:
    if not call.args.pos:
        return call.unknown
    record, machine = call.record, call.machine
    more = items_of(machine, call.args.pos[0], call.node)
    items = (*record.items, *(more if more is not None else known_items(machine, call.args.pos[0])))
    return call.put(ListRec(items[:LONGEST], record.open or more is None, record.kind))


def _pop(call: Called[ListRec]) -> Value:
    return _take(call, first=bool(call.args.pos) and call.args.pos[0] == FIRST)


def _pop_left(call: Called[ListRec]) -> Value:
    return _take(call, first=True)


def _take(call: Called[ListRec], *, first: bool) -> Value:
    record, pos = call.record, call.args.pos
    where = FIRST if first else pos[0] if pos else LAST
    items = list(record.items)
    any_of_them = record.kind == "set" and len(items) > 1
    try:
        if record.open or any_of_them or not isinstance(where, Const):
            raise IndexError
        taken = items.pop(where.value)
    except (IndexError, TypeError):
        call.put(ListRec(record.items, True, record.kind) if where == LAST and not any_of_them else unplaced(record))
        hand_out(call.machine, record.items)
        return call.unknown
    call.put(ListRec(tuple(items), False, record.kind))
    return taken


def _copy_list(call: Called[ListRec]) -> Value:
    record = call.record
    return new_list(call.machine, call.node, list(record.items), open=record.open, kind=record.kind)


def _clear_list(call: Called[ListRec]) -> Value:
    return call.put(ListRec((), False, call.record.kind))


def _reverse(call: Called[ListRec]) -> Value:
    return call.put(ListRec(call.record.items[::-1], call.record.open, call.record.kind))


def _rotate(call: Called[ListRec]) -> Value:
    """Of a deque: the last items come first."""
    record, items = call.record, list(call.record.items)
    by = call.args.pos[0] if call.args.pos else Const(1)
    if record.open or not isinstance(by, Const) or not isinstance(by.value, int):
        return call.put(unplaced(record))
    at = -by.value % len(items) if items else 0
    return call.put(ListRec((*items[at:], *items[:at]), False, record.kind))


def _leave_out(call: Called[ListRec]) -> Value:
    """The first item that is equal goes: of constants and models that is known."""
    record, items = call.record, list(call.record.items)
    gone = call.machine.settle(call.args.pos[0], call.node) if call.args.pos else None
    if gone is None or record.open or not all(isinstance(item, (Const, ModelRef)) for item in (gone, *items)):
        return call.put(unplaced(record))
    if gone in items:
        items.remove(gone)
    return call.put(ListRec(tuple(items), False, record.kind))


def _sort(call: Called[ListRec]) -> Value:
    ordered = None if call.record.open else in_order(call.machine, list(call.record.items), call.args, call.node)
    if ordered is not None:
        return call.put(replace(call.record, items=tuple(ordered)))
    return call.put(ListRec(call.record.items, True, SORTED))


LISTS: Mapping[str, Callable[[Called[ListRec]], Value]] = {
    "append": _append,
    "add": _append,
    "appendleft": _prepend,
    "insert": _insert,
    "extend": _extend,
    "update": _extend,
    "pop": _pop,
    "popleft": _pop_left,
    "copy": _copy_list,
    "clear": _clear_list,
    "reverse": _reverse,
    "rotate": _rotate,
    "remove": _leave_out,
    "discard": _leave_out,
    "sort": _sort,
}


# -- dicts -------------------------------------------------------------------------------------------------------------


def _items(call: Called[DictRec]) -> Value:
    return Tup(tuple(Tup(pair) for pair in call.record.items), call.record.open)


def _values(call: Called[DictRec]) -> Value:
    return Tup(tuple(value for _, value in call.record.items), call.record.open)


def _keys(call: Called[DictRec]) -> Value:
    return Tup(tuple(key for key, _ in call.record.items), call.record.open)


def _get(call: Called[DictRec]) -> Value:
    key, held = _asked(call)
    if key is None:
        return call.unknown
    found = held if held is not None else looked_up(call.machine, call.record, key)
    return found if found is not None else _fallback(call, key)


def _remove(call: Called[DictRec]) -> Value:
    key, held = _asked(call)
    if key is None:
        return call.unknown
    if held is None:
        return _fallback(call, key)
    delete_item(call.machine, call.ref, key)
    return held


def _set_default(call: Called[DictRec]) -> Value:
    """A key of which nothing is known counts as one of its own: what is put under it is held by the dict."""
    key, held = _asked(call)
    if key is None:
        return call.unknown
    if held is not None:
        return held
    if call.record.open:
        return _fallback(call, key)
    found = call.args.pos[1] if len(call.args.pos) > 1 else NONE
    put_new(call.machine, call.ref, key, found, call.node)
    return found


def _asked(call: Called[DictRec]) -> tuple[Value | None, Value | None]:
    """The key that is asked for, and what is held under it; None where none is given, or nothing is held."""
    if not call.args.pos:
        return None, None
    key = call.machine.settle(call.args.pos[0], call.node)
    return key, next((value for known, value in call.record.items if known == key and not may_be(known, key)), None)


def _fallback(call: Called[DictRec], key: Value) -> Value:
    """What is given where nothing is known to be held: the default, unless it may be held all the same."""
    if call.record.open or not isinstance(key, Const) or any(may_be(known, key) for known, _ in call.record.items):
        hand_out(call.machine, [*(item for _, item in call.record.items), *call.args.pos[1:2]])
        return Sym(("item", ("object", call.ref.oid), key))
    return call.args.pos[1] if len(call.args.pos) > 1 else NONE


def _update(call: Called[DictRec]) -> Value:
    layers = [pairs_of(call.machine, source) or ([], True) for source in call.args.pos]
    layers.append(([(Const(name), value) for name, value in call.args.kw.items()], call.args.open))
    items = dict(laid_over(call.machine, [(call.record.items, False), *layers], call.node))
    is_open = call.record.open or any(others for _, others in layers)
    return call.put(DictRec(tuple(items.items()), is_open, call.record.factory))


def _copy_dict(call: Called[DictRec]) -> Value:
    return new_dict(call.machine, call.node, list(call.record.items), open=call.record.open)


def _clear_dict(call: Called[DictRec]) -> Value:
    return call.put(DictRec((), False, call.record.factory))


DICTS: Mapping[str, Callable[[Called[DictRec]], Value]] = {
    "items": _items,
    "values": _values,
    "keys": _keys,
    "get": _get,
    "pop": _remove,
    "setdefault": _set_default,
    "update": _update,
    "copy": _copy_dict,
    "clear": _clear_dict,
}
