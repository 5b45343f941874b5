"""The targets of assignments: names, attributes, items and patterns of them."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import give_away
from lora_lint.flow.expressions.names import index_value
from lora_lint.flow.machine import Machine, Targets
from lora_lint.flow.objects.containers import items_of, known_items, namespace_of
from lora_lint.flow.objects.passes import passes
from lora_lint.flow.objects.placing import set_item
from lora_lint.flow.objects.provenance import gradients_of
from lora_lint.flow.values import Generator, Lib, Sym, Tup, Value
from lora_lint.flow.worlds.terms import make


def _to_name(machine: Machine, target: cst.Name, value: Value) -> None:
    frame = machine.redirects.get((machine.frame, target.value), machine.frame)
    machine.world.bind(frame, target.value, value)


def _to_attribute(machine: Machine, target: cst.Attribute, value: Value) -> None:
    owner = machine.settle(machine.evaluate(target.value), target)
    if isinstance(owner, Lib):  # a module that is not seen: whoever imports it finds the model there
        give_away(machine, owner, value, target)
    machine.set(owner, target.attr.value, value, target)


def _to_item(machine: Machine, target: cst.Subscript, value: Value) -> None:
    owner = machine.settle(machine.evaluate(target.value), target)
    if isinstance(owner, (Lib, Sym)) and namespace_of(machine, owner) is None:
        give_away(machine, owner, value, target)
    set_item(machine, owner, index_value(machine, target), value, target)


def _to_starred(machine: Machine, target: cst.StarredElement, value: Value) -> None:
    machine.assign(target.value, value)


def _to_pattern(machine: Machine, target: cst.Tuple | cst.List, value: Value) -> None:
    """`a, *b, c = value`."""
    elements = target.elements
    value = machine.settle(value, target)
    if isinstance(value, Generator):
        found_items, is_open = passes(machine, value, target)
        value = Tup(tuple(found_items), is_open)
    items = items_of(machine, value, target)
    star = next((i for i, e in enumerate(elements) if isinstance(e, cst.StarredElement)), len(elements))
    after = max(len(elements) - star - 1, 0)
    for i, element in enumerate(elements):
        found: Value
        if items is None or len(items) < len(elements) - 1:
            models = value.models if isinstance(value, Sym) else gradients_of(machine, known_items(machine, value))
            origin = value.term if isinstance(value, Sym) else machine.site(target)
            found = Sym(make(machine.site(element), "item", origin, i), models)
        elif i < star:
            found = items[i] if i < len(items) else machine.unknown(element)
        elif i == star:
            found = Tup(tuple(items[star : len(items) - after]))
        else:
            found = items[len(items) - (len(elements) - i)]
        machine.assign(element.value, found)


TARGETS: Targets = {
    cst.Name: _to_name,
    cst.Attribute: _to_attribute,
    cst.Subscript: _to_item,
    cst.StarredElement: _to_starred,
    cst.Tuple: _to_pattern,
    cst.List: _to_pattern,
}
