"""Comparisons: a constant where they are decided, else a term that can be assumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from lora_lint.flow.expressions.operators import term_of
from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.objects.containers import contains, known_items
from lora_lint.flow.objects.endings import is_text
from lora_lint.flow.objects.types import model_is_a, typed
from lora_lint.flow.values import (
    FALSE,
    NONE,
    TRUE,
    Cls,
    Const,
    Func,
    Gate,
    Lib,
    ModelRef,
    ObjRef,
    Sym,
    Text,
    Value,
    const,
)
from lora_lint.flow.worlds.bounds import beyond
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.settled import settled
from lora_lint.flow.worlds.terms import gate, make, negate, pick
from lora_lint.knowledge.spoken_keys import OF_KEYS, Key, equal
from lora_lint.lifecycle.events.script import Bounded

COMPARE: dict[type[cst.BaseCompOp], Callable[[Any, Any], bool]] = {
    cst.Equal: lambda a, b: a == b,
    cst.NotEqual: lambda a, b: a != b,
    cst.LessThan: lambda a, b: a < b,
    cst.LessThanEqual: lambda a, b: a <= b,
    cst.GreaterThan: lambda a, b: a > b,
    cst.GreaterThanEqual: lambda a, b: a >= b,
}


def _comparison(machine: Machine, node: cst.Comparison) -> Value:
    left = machine.evaluate(node.left)
    open_: list[Value] = []
    for target in node.comparisons:
        right = machine.evaluate(target.comparator)
        result = compare(machine, target.operator, left, right, node)
        decided = machine.known(result)
        if decided is False:
            return FALSE
        if decided is None:
            open_.append(result)
        left = right
    if not open_:
        return TRUE
    return open_[0] if len(open_) == 1 else machine.unknown(node, *[term_of(value) for value in open_])


def compare(machine: Machine, operator: cst.BaseCompOp, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """One comparison, as a constant where it is decided, else as a term."""
    left, right = pick(machine.world, left), pick(machine.world, right)
    if isinstance(left, Gate) or isinstance(right, Gate):
        return _either_way(machine, operator, left, right, node)
    kind = type(operator)
    if isinstance(left, Sym) and left.term[0] == "between":
        machine.compared.add(left.term[1])
    if kind in (cst.In, cst.NotIn):
        found = contains(machine, right, left, node)
        return found if kind is cst.In else negate(found)
    if kind in (cst.Is, cst.IsNot, cst.Equal, cst.NotEqual):
        same = _same(machine, left, right, node, identity=kind in (cst.Is, cst.IsNot))
        return same if kind in (cst.Is, cst.Equal) else negate(same)
    if isinstance(left, Const) and isinstance(right, Const):
        try:
            if isinstance(left.value, Key) or isinstance(right.value, Key):
                return machine.unknown(node, OF_KEYS)
            return const(bool(COMPARE[kind](left.value, right.value)))
        except TypeError:
            return machine.unknown(node)
    ranked = settled(kind.__name__, term_of(left), right)
    if ranked is not None:
        if beyond(kind.__name__, term_of(left), right) is not None:
            machine.emit(node, None, Bounded(ranked, next(v.value for v in (right, left) if isinstance(v, Const))))
        return const(ranked)
    return Sym(make(machine.site(node), kind.__name__, term_of(left), term_of(right)))


def _either_way(machine: Machine, operator: cst.BaseCompOp, left: Value, right: Value, node: cst.CSTNode) -> Value:
    """A comparison with a value that hangs on a gate hangs on the same gate: no path has to part for it."""
    if isinstance(left, Gate):
        term = left.term
        sides = [(left.then, right), (left.other, right)]
    else:
        assert isinstance(right, Gate)
        term = right.term
        sides = [(left, right.then), (left, right.other)]
    then, other = (compare(machine, operator, one, two, node) for one, two in sides)
    return gate(term, then, other, machine.site(node))


def _same(machine: Machine, left: Value, right: Value, node: cst.CSTNode, *, identity: bool) -> Value:
    if isinstance(left, Const) and isinstance(right, Const):
        same = equal(left.value, right.value)
        return const(same) if same is not None else machine.unknown(node, OF_KEYS)
    if left == right and not isinstance(left, (Text,)):
        return TRUE
    if left == right:
        return TRUE
    if isinstance(left, Const) and not isinstance(right, Const):
        left, right = right, left
    if isinstance(left, Lib) and typed(right) is not None:
        left, right = right, left
    if isinstance(left, Sym):
        model = typed(left)
        if model is not None and isinstance(right, Lib) and model_is_a(machine.world.life, model, right.name) is False:
            return FALSE  # `type(model) is PeftModel`
        ranked = settled("Equal", left.term, right)
        if ranked is not None:
            return const(ranked)
        if right is NONE or right == NONE:
            return FALSE if left.term[0] == "made" else Sym(("none", left.term))
        if isinstance(right, Const):
            return Sym(make(machine.site(node), *among(left.term, [right])))
        return Sym(make(machine.site(node), "eq", left.term, term_of(right)))
    if right == NONE:
        if isinstance(left, Lib) and machine.knowledge.may_be_switch(left.name):
            return Sym(("none", ("full", left)))
        return FALSE  # an object, a function, a text: not None
    if not identity and isinstance(left, ObjRef) and isinstance(right, ObjRef):
        parts = [item.value for item in known_items(machine, left) if isinstance(item, Const)]
        told = (OF_KEYS,) if any(isinstance(part, Key) for part in parts) else ()
        return machine.unknown(node, *told)  # two lists may hold the same
    if isinstance(left, (ModelRef, ObjRef, Lib, Func, Cls)) and isinstance(right, (ModelRef, ObjRef, Lib, Func, Cls)):
        return FALSE
    if isinstance(left, Text) or isinstance(right, Text):
        if isinstance(left, Text) and isinstance(right, Const) and is_text(left, right.value) is False:
            return FALSE
        against = right if isinstance(right, Const) else ("text", right)
        return Sym(make(machine.site(node), "eq", ("text", left), against))
    return Sym(make(machine.site(node), "eq", ("value", left), ("value", right)))


EXPRESSIONS: Expressions = {cst.Comparison: _comparison}
