"""Literals: numbers, strings with and without holes, and the displays of tuples, lists, sets and dicts."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any

import libcst as cst

from lora_lint.flow.expressions.operators import binary
from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.objects.containers import items_of, known_items, laid_over, new_dict, new_list, pairs_of
from lora_lint.flow.objects.instances import as_text
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.strings import atoms_of, spelled, text
from lora_lint.flow.values import Const, ObjRef, Sym, Tup, Value, const
from lora_lint.flow.worlds.once import dated, is_once
from lora_lint.flow.worlds.terms import DEEPEST, pick
from lora_lint.lifecycle.events.disk import Named

QUOTES, LONG_QUOTES = ("'", '"'), ("'''", '"""')


@lru_cache(maxsize=4096)
def _literal(source: str) -> Const:
    try:
        if source.isdecimal() and source[0] != "0":
            return const(int(source))
        if source[0] in QUOTES and "\\" not in source and source[:3] not in LONG_QUOTES:
            return const(source[1:-1])
        return const(ast.literal_eval(source))  # which compiles: dear for what is met in every line
    except (ValueError, SyntaxError, MemoryError):
        return Const(source)


def _plain(machine: Machine, node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString) -> Value:
    value = _literal(node.value)
    if value.value.__class__ is str and machine.knowledge.is_notable_file(value.value):
        machine.emit(node, None, Named())
    return value


def _ellipsis(machine: Machine, node: cst.Ellipsis) -> Value:
    return Const(...)


def _concatenated(machine: Machine, node: cst.ConcatenatedString) -> Value:
    return binary(machine, "Add", machine.evaluate(node.left), machine.evaluate(node.right), node)


def _formatted(machine: Machine, node: cst.FormattedString | cst.TemplatedString) -> Value:
    atoms: list[Any] = []
    for part in node.parts:
        if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
            literal = part.value.replace("{{", "{").replace("}}", "}")
            atoms.append(_literal(f"'''{literal}'''").value if "\\" in literal else literal)
            continue
        assert isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression))
        value = machine.evaluate(part.expression)
        if type(value) is ObjRef and not part.format_spec and not part.conversion:
            value = as_text(machine, value, part)
        if isinstance(pick(machine.world, value), Const):
            value = pick(machine.world, value)
            atoms.append(spelled(value, _form(part), part.conversion) if isinstance(value, Const) else "")
            continue
        inner = atoms_of(machine.world, value)
        if inner is None:
            inner = (("shown", value),)
        elif part.format_spec and type(value) is Sym and is_once(value.term):  # `f"{datetime.now():%Y%m%d}"`
            inner = (dated(value.term, _form(part)),)
        atoms.extend(inner)
    return text(tuple(atoms))


def _form(part: cst.FormattedStringExpression | cst.TemplatedStringExpression) -> str:
    """The form that is asked for behind a colon, as far as it is written there."""
    return "".join(p.value for p in part.format_spec or () if isinstance(p, cst.FormattedStringText))


def _tuple(machine: Machine, node: cst.Tuple) -> Value:
    items, is_open = _elements(machine, node)
    made = Tup(tuple(items), is_open)
    return made if _nested(made) <= DEEPEST else machine.unknown(node)


def _nested(value: Value) -> int:
    """How deep tuples stand in tuples."""
    return 1 + max(map(_nested, value.items), default=0) if isinstance(value, Tup) else 0


def _list(machine: Machine, node: cst.List | cst.Set) -> Value:
    items, is_open = _elements(machine, node)
    return new_list(machine, node, items, open=is_open, kind="set" if type(node) is cst.Set else "list")


def _elements(machine: Machine, node: cst.Tuple | cst.List | cst.Set) -> tuple[list[Value], bool]:
    items: list[Value] = []
    is_open = False
    for element in node.elements:
        value = machine.evaluate(element.value)
        if type(element) is cst.StarredElement:
            more = _unpacked(machine, value, element)
            items.extend(known_items(machine, value) if more is None else more)
            is_open = is_open or more is None
        else:
            items.append(value)
    return items, is_open


def _unpacked(machine: Machine, value: Value, node: cst.CSTNode) -> list[Value] | None:
    """The items that `*value` puts in; None where there may be others."""
    return items_of(machine, used_up(machine, value, node), node)


def _dict(machine: Machine, node: cst.Dict) -> Value:
    layers: list[tuple[list[tuple[Value, Value]], bool]] = []
    for element in node.elements:
        value = machine.evaluate(element.value)
        if isinstance(element, cst.DictElement):
            layers.append(([(machine.evaluate(element.key), value)], False))
        else:
            layers.append(pairs_of(machine, machine.settle(value, element)) or ([], True))
    return new_dict(machine, node, laid_over(machine, layers, node), open=any(others for _, others in layers))


EXPRESSIONS: Expressions = {
    cst.SimpleString: _plain,
    cst.Integer: _plain,
    cst.Float: _plain,
    cst.Imaginary: _plain,
    cst.Ellipsis: _ellipsis,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.TemplatedString: _formatted,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _list,
    cst.Dict: _dict,
}
