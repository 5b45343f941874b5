"""What a list, a tuple, a dict or an instance holds under a key or a number."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import (
    SORTED,
    UNPLACED,
    UNROLL,
    items_of,
    known_items,
    may_be,
    namespace_of,
    new_list,
    one_of,
    record_of,
)
from lora_lint.flow.objects.enums import is_enumeration, member_named
from lora_lint.flow.objects.handed_out import hand_out
from lora_lint.flow.objects.instances import METACLASS, find_member
from lora_lint.flow.objects.listings import any_listed, note_index
from lora_lint.flow.objects.placing import put_new, slice_asked
from lora_lint.flow.objects.weights import entries
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    Bound,
    Cls,
    Const,
    DictRec,
    Func,
    Gate,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModelRef,
    ModuleRef,
    ObjRef,
    Partial,
    Sym,
    Term,
    Tup,
    Value,
    WeightsRec,
    const,
)
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.terms import part_of
from lora_lint.knowledge import names
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key


def _whose(value: Value) -> Term:
    return ("object", value.oid if isinstance(value, ObjRef) else value)


def get_item(machine: Machine, value: Value, index: Value, node: cst.CSTNode) -> Value:
    """`value[index]`."""
    value, index = machine.settle(value, node), machine.settle(index, node)
    if isinstance(value, (Tup,)) or isinstance(record_of(machine, value), ListRec):
        items = known_items(machine, value)
        if isinstance(index, Const) and isinstance(index.value, int) and not isinstance(index.value, bool):
            is_open = value.open if isinstance(value, Tup) else bool(getattr(record_of(machine, value), "open", False))
            kind = getattr(record_of(machine, value), "kind", "")
            if kind == SORTED and 1 < len(items) <= UNROLL:
                return machine.settle(one_of(machine, items, node), node)
            placed = kind != UNPLACED and (index.value >= 0 or not is_open)
            if placed and -len(items) <= index.value < len(items):
                return items[index.value]
        elif (asked := slice_asked(index)) is not None:
            return _part(machine, value, asked, node)
        hand_out(machine, items)
        return _any_model(machine, value, items, index) or any_listed(machine, items, node) or machine.unknown(node)
    record = record_of(machine, value)
    if isinstance(record, DictRec):
        for key, item in record.items:
            if key == index and not may_be(key, index):
                return item
        if record.factory is not None and not record.open:
            return _made_for(machine, value, record, index, node)
        hand_out(machine, (item for _, item in record.items))
        return looked_up(machine, record, index) or Sym(("item", _whose(value), index))
    if isinstance(record, WeightsRec):
        return dict(entries(machine.world.life, record)).get(index, machine.unknown(node))
    if isinstance(record, InstRec):
        if record.lib in names.TUPLES:
            return get_item(machine, Tup(tuple(items_of(machine, value, node) or ())), index, node)
        found = record.fields.get(f"[{index.value}]") if isinstance(index, Const) else None
        if found is not None:
            return found
        method = machine.get(value, "__getitem__", node)
        if not isinstance(method, Bound):
            return machine.call(method, Args([index]), node)
        return Sym(("item", _whose(value), index))
    if isinstance(value, Sym):
        owner = namespace_of(machine, value)
        if owner is not None and isinstance(index, Const) and isinstance(index.value, str):
            return machine.get(owner, index.value, node)
        if value.term[0] == "listed":
            note_index(machine, value, index, node)
        return Sym(part_of(machine.site(node), "item", value.term, index), value.models)
    if isinstance(value, Const) and isinstance(value.value, str) and isinstance(index, Const):
        at = slice_asked(index) or index.value
        try:
            part = value.value.made(lambda text: text[at]) if isinstance(value.value, Key) else value.value[at]
            return const(part) if part is not None else machine.unknown(node, OF_KEYS)
        except (IndexError, TypeError, ValueError):
            return machine.unknown(node)
    if isinstance(value, ModuleRef) and isinstance(index, Const) and isinstance(index.value, str):  # `globals()[name]`
        return machine.get(value, index.value, node)
    if isinstance(value, Cls):
        ask = member_named if is_enumeration(value) else _of_class
        return ask(machine, value, index, node)
    if isinstance(value, Lib):
        return machine.call(Lib(f"{value.name}.__getitem__"), Args([index]), node)
    return machine.unknown(node)


def _of_class(machine: Machine, cls: Cls, index: Value, node: cst.CSTNode) -> Value:
    """`Loop[Batch]`: the class itself, where it does not say otherwise; its parameters are for type checkers."""
    own = find_member(machine, cls, "__class_getitem__")
    if isinstance(own, Func):
        return machine.call(Method(own, cls), Args([index]), node)
    return cls if find_member(machine, cls, METACLASS) is None else machine.unknown(node)


def _any_model(machine: Machine, value: Value, items: Sequence[Value], index: Value) -> Value | None:
    """Any of several models, by what the index is: what is done to that one is not done to the others."""
    if not 0 < len(items) <= UNROLL or not all(isinstance(item, ModelRef) for item in items):
        return None
    term = index.term if isinstance(index, Sym) else ("item", _whose(value), index)
    found = items[-1]
    for place, item in reversed(list(enumerate(items[:-1]))):
        found = Gate(among(term, [Const(place)]), item, found)
    return found


def _part(machine: Machine, value: Value, asked: slice, node: cst.CSTNode) -> Value:
    """A slice of a list or tuple. Where there may be more items than are known, there may be so in the slice."""
    record, items = record_of(machine, value), known_items(machine, value)
    is_open = value.open if isinstance(value, Tup) else isinstance(record, ListRec) and record.open
    bounds = [bound for bound in (asked.start, asked.stop) if bound is not None]
    if is_open and (any(bound < 0 for bound in bounds) or (asked.step or 1) < 0):
        items = []  # they are counted from an end that is not known
    else:
        items, is_open = items[asked], is_open and not (asked.stop is not None and asked.stop <= len(items))
    if isinstance(value, Tup):
        return Tup(tuple(items), is_open)
    kind = record.kind if isinstance(record, ListRec) and is_open else "list"
    return new_list(machine, node, items, open=is_open, kind=kind)


def _made_for(machine: Machine, value: Value, record: DictRec, index: Value, node: cst.CSTNode) -> Value:
    """What a `defaultdict` holds under a key that was not asked for before. One that is not known may be another's."""
    assert record.factory is not None
    made = machine.call(record.factory, Args(), node)
    put_new(machine, value, index, made, node)
    return made


def looked_up(machine: Machine, record: DictRec, index: Value) -> Value | None:
    """An entry of a table of functions (or of several in turn), classes, models or settings by a computed key: any of
    them, by what that is."""
    items = [value for _, value in record.items]
    if record.open or not isinstance(index, Sym) or not 0 < len(items) <= UNROLL:
        return None
    plain = all(isinstance(item, (*CALLABLE, ModelRef)) or _are_steps(machine, item) for item in items)
    if not plain and not _are_settings(machine, items):
        return None
    found: Value = items[-1]
    for key, item in reversed(record.items[:-1]):
        found = Gate(among(index.term, [key]), item, found)
    return found


def _are_steps(machine: Machine, value: Value) -> bool:
    """`(fit, export)`: functions to be called in turn?"""
    record, items = record_of(machine, value), known_items(machine, value)
    is_whole = not value.open if isinstance(value, Tup) else isinstance(record, ListRec) and not record.open
    return is_whole and bool(items) and all(isinstance(item, CALLABLE) for item in items)


def _are_settings(machine: Machine, items: list[Value]) -> bool:
    """Do all of them hold several things that go together and are written out: names, and numbers or lists beside?
    What counts or collects holds no names, and is another one each time."""
    each = [_parts(machine, item) for item in items]
    named = all(any(isinstance(part, Const) and isinstance(part.value, str) for part in parts) for parts in each)
    return named and all(_is_written(machine, part) for parts in each for part in parts)


def _parts(machine: Machine, value: Value) -> tuple[Value, ...]:
    record = record_of(machine, value)
    if isinstance(record, InstRec):
        return tuple(record.fields.values())
    if isinstance(record, DictRec):
        return tuple(item for _, item in record.items)
    return value.items if isinstance(value, Tup) else ()


def _is_written(machine: Machine, value: Value) -> bool:
    items = known_items(machine, value)
    return isinstance(value, Const) or (bool(items) and all(isinstance(item, Const) for item in items))


CALLABLE = (Func, Method, Partial, Cls, Lib)
