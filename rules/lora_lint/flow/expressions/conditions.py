"""`and`, `or` and conditional expressions: where a value hangs on a test, or paths part."""

from __future__ import annotations

from typing import Any

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.values import Const, ModelRef, Sym, Value, const
from lora_lint.flow.worlds.terms import gate, learn, pick


def _boolean(machine: Machine, node: cst.BooleanOperation) -> Value:
    spine = [node]
    while isinstance(spine[-1].left, cst.BooleanOperation):
        spine.append(spine[-1].left)
    left = machine.evaluate(spine[-1].left)
    for operation in reversed(spine):
        wants = isinstance(operation.operator, cst.And)
        decided = machine.known(left)
        if decided is None:
            left = _either(machine, operation, left, wants)
        elif decided is wants:
            left = machine.evaluate(operation.right)
    return left


def _either(machine: Machine, node: cst.BooleanOperation, left: Value, wants: bool) -> Value:
    """`a and b` where `a` is open: one gated value, or two paths where `b` does something to a model."""
    left = pick(machine.world, left)
    term = left.term if isinstance(left, Sym) else None
    if term is None:
        return machine.evaluate(node.right) if machine.truth(left, node.left) is wants else left
    right = _beside(machine, node.right, term, wants, node.left)
    if right is None:
        return machine.evaluate(node.right) if machine.decide(term, node.left) is wants else left
    short = const(not wants) if isinstance(right, Const) and isinstance(right.value, bool) else left
    return gate(term, right, short, machine.site(node)) if wants else gate(term, short, right, machine.site(node))


def _beside(machine: Machine, node: cst.CSTNode, term: Any, holds: bool, test: cst.CSTNode) -> Value | None:
    """Evaluates an expression under an assumption, aside; None where that would change a model or part the paths."""
    before = machine.world
    machine.note_test(term, test)
    assumed = before.copy()
    learn(assumed, term, holds, machine.site(test))
    with Aside(machine) as aside:
        found = machine.explore(assumed, lambda: machine.evaluate(node))
        silent = aside.silent
    if not silent or len(found) != 1 or found[0][1].life.version != before.life.version:
        return None
    value, world = found[0]
    for oid in world.changed(before):
        if oid not in before.heap:
            before.put(oid, world.heap[oid])
    return value


def _conditional(machine: Machine, node: cst.IfExp) -> Value:
    test = machine.evaluate(node.test)
    decided = machine.known(test)
    if decided is None:
        test = pick(machine.world, test)
        if isinstance(test, Sym):
            then = _beside(machine, node.body, test.term, True, node.test)
            other = _beside(machine, node.orelse, test.term, False, node.test) if then is not None else None
            if then is not None and other is not None and not _models(then, other):
                return gate(test.term, then, other, machine.site(node))
        decided = machine.truth(test, node.test)
    return machine.evaluate(node.body if decided else node.orelse)


def _models(*values: Value) -> bool:
    return any(isinstance(value, ModelRef) for value in values)


EXPRESSIONS: Expressions = {cst.BooleanOperation: _boolean, cst.IfExp: _conditional}
