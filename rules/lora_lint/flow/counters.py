"""Numbers that a loop counts in variables of the script: `step += 1`, or as the length of a list.

A body is run a few times only, however often it runs in truth. What it has made of a number until then is not what
the number is at every save of the body, nor behind the loop: from then on it may be any.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import Const, DictRec, InstRec, ListRec, Record, Sym, Term, Value
from lora_lint.flow.worlds.terms import leaves
from lora_lint.flow.worlds.world import Frame, World, mentions
from lora_lint.lifecycle.records import Oid

LENGTH = "[length]"
Place = tuple[Oid, Any]  # a frame and a variable of it, or an object of the heap and a field or key of it


class Counters:
    """What one loop counts, beginning with these worlds."""

    def __init__(self, machine: Machine, node: cst.For | cst.While, worlds: Iterable[World]) -> None:
        self._site = machine.site(node)
        self._begun = [world.copy() for world in worlds]
        self._counted: set[Place] = set()

    @property
    def known(self) -> int:
        """How many numbers are known to be counted."""
        return len(self._counted)

    def blur(self, world: World) -> World:
        """The same world, in which the numbers that passes have changed may be any; lists and dicts may have
        grown."""
        for oid, frame in list(world.frames.items()):
            before: list[Frame] = []
            for begun in self._begun:
                table = begun.frames.get(oid)
                if table is None or table is frame:
                    break  # it was not there, or no pass has changed it
                before.append(table)
            else:
                for name, value in self._any(oid, frame, before):
                    world.bind(oid, name, value)
        for oid in dict.fromkeys(oid for begun in self._begun for oid in world.changed(begun)):
            record, found = world.heap.get(oid), [begun.heap.get(oid) for begun in self._begun]
            if isinstance(record, ListRec) and all(_is_shorter(one, record) for one in found):
                self._counted.add((oid, LENGTH))
                world.put(oid, ListRec(record.items, True, record.kind))
            elif isinstance(record, DictRec) and not record.open and all(_has_fewer(one, record) for one in found):
                self._counted.add((oid, LENGTH))
                record = DictRec(record.items, True, record.factory)
                world.put(oid, record)
            fields = _fields(record)
            if fields and all(one is not None for one in found):
                changed = self._any(oid, fields, [_fields(one) for one in found])
                if changed:
                    world.put(oid, _with_fields(record, {**fields, **dict(changed)}))
        if self._counted:
            world.forget(self._site)  # what a test of a number has come to says nothing of the next one
        return world

    def _any(self, oid: Oid, now: dict[Any, Value], before: list[dict[Any, Value]]) -> list[tuple[Any, Value]]:
        """The places of a table at which there is another number than before, and what is there from now on."""
        found: list[tuple[Any, Value]] = []
        for name, value in now.items():
            if type(value) is not Sym and all(table.get(name) is value for table in before):
                continue  # no pass has changed it
            term = ("counted", self._site, oid, name)
            if (oid, name) in self._counted or all(_stands_for(table.get(name), term) for table in before):
                self._counted.add((oid, name))
                if isinstance(value, Sym) and value.term != term and mentions(value.term, self._site):
                    found.append((name, Sym(term)))
            elif all(_is_number(table.get(name)) and table[name] != value for table in before) and _is_number(value):
                self._counted.add((oid, name))
                found.append((name, Sym(term)))
        return found


def _stands_for(value: Value | None, term: Term) -> bool:
    return type(value) is Sym and value.term == term


def _is_number(value: Value | None) -> bool:
    """A number, or one of several. No truth value: what a loop does in its first pass only is known."""
    return value is not None and all(
        isinstance(leaf, Const) and isinstance(leaf.value, (int, float)) and not isinstance(leaf.value, bool)
        for leaf in leaves(value)
    )


def _is_shorter(record: Record | None, other: ListRec) -> bool:
    return isinstance(record, ListRec) and len(record.items) < len(other.items)


def _has_fewer(record: Record | None, other: DictRec) -> bool:
    """Did passes add keys that are computed? Those that are written out are the same in each."""
    known = {key for key, _ in record.items} if isinstance(record, DictRec) else set()
    new = [key for key, _ in other.items if key not in known]
    return isinstance(record, DictRec) and any(not isinstance(key, Const) for key in new)


def _fields(record: Record | None) -> dict[Any, Value]:
    if isinstance(record, InstRec):
        return dict(record.fields)
    if isinstance(record, DictRec):
        return dict(record.items)
    return {}


def _with_fields(record: Record | None, fields: dict[Any, Value]) -> Record:
    if isinstance(record, InstRec):
        return InstRec(record.cls, record.lib, {str(name): value for name, value in fields.items()}, record.site)
    assert isinstance(record, DictRec)
    return DictRec(tuple(fields.items()), record.open, record.factory)
