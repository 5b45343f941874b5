"""Simple statements: one line, no block."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.calls.foreign import change_part
from lora_lint.flow.expressions.names import index_value
from lora_lint.flow.expressions.operators import METHODS, binary
from lora_lint.flow.machine import Machine, Simple
from lora_lint.flow.objects.container_methods import container_method
from lora_lint.flow.objects.containers import items_of, record_of
from lora_lint.flow.objects.instances import class_name, method_of
from lora_lint.flow.objects.passes import used_up
from lora_lint.flow.objects.placing import delete_item
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Cls, Const, DictRec, InstRec, Lib, ListRec, ModelRef, ObjRef, Sym, Tup, Value
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.exits import ERROR, RAISED, Gone, Raised
from lora_lint.lifecycle.events.script import ContextDropped, Discarded


def _assign(machine: Machine, node: cst.Assign) -> None:
    value = machine.evaluate(node.value)
    for target in node.targets:
        machine.assign(target.target, value)


def _ann_assign(machine: Machine, node: cst.AnnAssign) -> None:
    if node.value is not None:
        machine.assign(node.target, machine.evaluate(node.value))


def _aug_assign(machine: Machine, node: cst.AugAssign) -> None:
    left, right = machine.evaluate(node.target), used_up(machine, machine.evaluate(node.value), node)
    operator = type(node.operator).__name__.removesuffix("Assign")
    if type(left) is not Const:
        left = machine.settle(left, node)
        changed = _in_place(machine, operator, left, right, node)
        if changed is not None:
            machine.assign(node.target, changed)
            return
    machine.assign(node.target, binary(machine, operator, left, right, node))


def _in_place(machine: Machine, operator: str, left: Value, right: Value, node: cst.AugAssign) -> Value | None:
    """`names += more` puts more into the list itself, whatever other names it has; so do sets and dicts with `|=`. None
    where a new value takes the place of the old one."""
    own = method_of(machine, left, f"__i{METHODS.get(operator, '')}__")
    if own is not None:
        return machine.call(own, Args([right]), node)
    if isinstance(left, Sym):
        change_part(machine, left.term, right)
    record = record_of(machine, left)
    if isinstance(record, (ListRec, DictRec)) and isinstance(left, ObjRef):
        is_set = isinstance(record, ListRec) and record.kind == "set"
        if operator == ("Add" if isinstance(record, ListRec) and not is_set else "BitOr"):
            container_method(machine, left, "update" if operator == "BitOr" else "extend", Args([right]), node)
            return left
    return None


DISPLAYS = (cst.ListComp, cst.SetComp, cst.Tuple, cst.List)  # what they hold is dropped with them


def _expression(machine: Machine, node: cst.Expr) -> None:
    value = machine.evaluate(node.value)
    dropped = [value]
    if type(value) is ObjRef and class_name(machine, value) == "context.disabled":
        record = machine.world.heap[value.oid]
        model = record.fields.get("model") if isinstance(record, InstRec) else None
        oid = model.oid if isinstance(model, ModelRef) else None
        if isinstance(record, InstRec) and record.site is machine.site(node.value):  # nobody else has it
            machine.emit(node.value, oid, ContextDropped(view=view_of(machine)))
    kind = type(node.value)
    if kind in DISPLAYS and isinstance(value, (Tup, ObjRef)):
        dropped = items_of(machine, value, node.value) or []
    if kind is not cst.Name and kind is not cst.Attribute:
        for result in dropped:
            if type(result) is ModelRef:
                machine.emit(node.value, result.oid, Discarded())


def _return(machine: Machine, node: cst.Return) -> None:
    value = machine.evaluate(node.value) if node.value is not None else NONE
    machine.exits.returns.append((value, machine.world))
    raise Gone


def _break(machine: Machine, node: cst.Break) -> None:
    machine.exits.breaks.append(machine.world)
    raise Gone


def _continue(machine: Machine, node: cst.Continue) -> None:
    machine.exits.continues.append(machine.world)
    raise Gone


def _raise(machine: Machine, node: cst.Raise) -> None:
    if node.exc is None:
        raise Raised("")
    error = machine.evaluate(node.exc)
    machine.world.drop_frame(RAISED)  # one that is raised while another is handled takes its place
    if type(error) is ObjRef:
        machine.world.frame(RAISED)[ERROR] = error
    raise Raised(exception_class(machine, error))


def exception_class(machine: Machine, value: Value) -> str:
    """The qualified name of the class of an exception, given as a class or an instance; "" where not known."""
    if isinstance(value, Lib):
        return value.name
    if isinstance(value, Cls):
        return exception_class(machine, value.bases[0]) if value.bases else "builtins.Exception"
    return class_name(machine, value)


def _assert(machine: Machine, node: cst.Assert) -> None:
    if not machine.truth(machine.evaluate(node.test), node.test):
        raise Raised("builtins.AssertionError")


def _delete(machine: Machine, node: cst.Del) -> None:
    targets = [e.value for e in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
    for target in targets:
        if isinstance(target, cst.Name):
            frame = machine.redirects.get((machine.frame, target.value), machine.frame)
            machine.world.frame(frame).pop(target.value, None)
        elif isinstance(target, cst.Subscript):
            delete_item(machine, machine.evaluate(target.value), index_value(machine, target))


def _global(machine: Machine, node: cst.Global) -> None:
    for item in node.names:
        machine.redirects[machine.frame, item.name.value] = machine.module.frame


def _nonlocal(machine: Machine, node: cst.Nonlocal) -> None:
    for item in node.names:
        frame = machine.parents.get(machine.frame)
        while frame is not None and item.name.value not in machine.world.frames.get(frame, {}):
            frame = machine.parents.get(frame)
        if frame is not None:
            machine.redirects[machine.frame, item.name.value] = frame


SIMPLE: Simple = {
    cst.Assign: _assign,
    cst.AnnAssign: _ann_assign,
    cst.AugAssign: _aug_assign,
    cst.Expr: _expression,
    cst.Return: _return,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
}
