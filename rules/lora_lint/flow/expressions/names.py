"""Names, and what is asked of a value: attributes, items, calls, awaits, yields."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.arguments import read_arguments
from lora_lint.flow.calls.coroutines import await_unknown, awaited
from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.objects.containers import items_of
from lora_lint.flow.objects.items import get_item
from lora_lint.flow.scope import Args
from lora_lint.flow.values import FALSE, NONE, TRUE, Const, Generator, Lib, Sym, Tup, Value
from lora_lint.flow.worlds.terms import pick
from lora_lint.knowledge import bare
from lora_lint.lifecycle.places import FILE
from lora_lint.lifecycle.records import Oid


def _name(machine: Machine, node: cst.Name) -> Value:
    name = node.value
    frames = machine.world.frames
    frame: Oid | None = machine.frame
    if machine.redirects:
        frame = machine.redirects.get((machine.frame, name), machine.frame)
    while frame is not None:
        variables = frames.get(frame)
        if variables is not None and name in variables:
            return variables[name]
        frame = machine.parents.get(frame)
    if name in ("True", "False", "None"):
        return TRUE if name == "True" else FALSE if name == "False" else NONE
    if name == "__name__":
        return Const("__main__" if machine.module is machine.modules[0] else machine.module.name)
    if name == "__file__":
        return Sym((FILE, machine.module.name))
    if machine.knowledge.is_builtin(name):
        return Lib(f"builtins.{name}")
    found = machine.starred(machine.module.frame, name)
    return found if found is not None else Sym(("free", machine.module.name, name))


def _named(machine: Machine, node: cst.NamedExpr) -> Value:
    value = machine.evaluate(node.value)
    machine.assign(node.target, value)
    return value


def _attribute(machine: Machine, node: cst.Attribute) -> Value:
    return machine.get(machine.evaluate(node.value), node.attr.value, node)


def _call(machine: Machine, node: cst.Call) -> Value:
    callee = machine.evaluate(node.func)
    return machine.call(callee, read_arguments(machine, node), node)


def index_value(machine: Machine, node: cst.Subscript) -> Value:
    """The index of a subscript: one value, a tuple of them, or a slice."""
    found: list[Value] = []
    for element in node.slice:
        part = element.slice
        if isinstance(part, cst.Index):
            found.append(machine.evaluate(part.value))
            continue
        assert isinstance(part, cst.Slice)
        bounds = [machine.evaluate(b) if b is not None else NONE for b in (part.lower, part.upper, part.step)]
        plain = [pick(machine.world, bound) for bound in bounds]
        if all(isinstance(bound, Const) for bound in plain):
            found.append(Const(("slice", *[bound.value for bound in plain if isinstance(bound, Const)])))
        else:
            found.append(machine.unknown(element))
    return found[0] if len(found) == 1 else Tup(tuple(found))


def _subscript(machine: Machine, node: cst.Subscript) -> Value:
    return get_item(machine, machine.evaluate(node.value), index_value(machine, node), node)


def _await(machine: Machine, node: cst.Await) -> Value:
    value = machine.evaluate(node.expression)
    if not isinstance(node.expression, cst.Call) or _takes_out(node.expression):  # what another call gives is new
        await_unknown(machine, value, node)
    return awaited(machine, value, node)


def _takes_out(node: cst.Call) -> bool:
    """`jobs.pop(name)`"""
    return isinstance(node.func, cst.Attribute) and node.func.attr.value in bare.TAKING_OUT


def _yield(machine: Machine, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.From):
        source = machine.settle(machine.evaluate(node.value.item), node)
        if isinstance(source, Generator):  # what it yields goes to the same place
            return machine.call(source, Args(), node)
        for item in items_of(machine, source, node) or [machine.unknown(node)]:
            if machine.yielding:
                machine.yielding[-1](item)
        return NONE
    value = machine.evaluate(node.value) if node.value is not None else NONE
    if machine.yielding:
        machine.yielding[-1](value)
    return machine.unknown(node)


EXPRESSIONS: Expressions = {
    cst.Name: _name,
    cst.Attribute: _attribute,
    cst.Call: _call,
    cst.NamedExpr: _named,
    cst.Subscript: _subscript,
    cst.Await: _await,
    cst.Yield: _yield,
}
