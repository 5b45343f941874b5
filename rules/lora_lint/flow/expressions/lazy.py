"""Generator expressions and maps that are kept: what they do to a model happens when they are gone through."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.passes import dropped, kept, lazily
from lora_lint.flow.values import Func, Generator, Value


def generator(machine: Machine, node: cst.GeneratorExp, at_once: Callable[[], Value]) -> Value:
    """The items at once; where a variable gets them, and models change on the way, a generator that has not run. Where
    nobody gets them, it never does."""
    if dropped(machine.statement, node):
        return machine.unknown(node)
    if not kept(machine.statement, node) or not _acts(machine, at_once):
        return lazily(machine, at_once(), node)
    return _deferred(machine, node, lambda: node)


def mapped(machine: Machine, node: cst.CSTNode, at_once: Callable[[], Value]) -> Value:
    """`map(f, xs)`: in the same way, as `(f(x) for x in xs)`."""
    if dropped(machine.statement, node):
        return machine.unknown(node)
    if not isinstance(node, cst.Call) or len(node.args) != 2 or any(arg.star for arg in node.args):
        return at_once()
    if not kept(machine.statement, node) or not _acts(machine, at_once):
        return at_once()
    return _deferred(machine, node, lambda: _as_generator(machine, node))


def _as_generator(machine: Machine, node: cst.Call) -> cst.GeneratorExp:
    function, items = (arg.value for arg in node.args)
    item = cst.Name(ITEM)
    each = cst.Call(function, [cst.Arg(item)])
    machine.stand_in(each, node)
    return cst.GeneratorExp(each, cst.CompFor(item, items))


ITEM = "__mapped_item"  # a variable that only this generator has


def _deferred(machine: Machine, node: cst.CSTNode, written: Callable[[], cst.GeneratorExp]) -> Generator:
    """A generator that has not run: the function that yields the same, about to be called."""
    function = machine.deferred.get(node)
    if function is None:
        function = machine.deferred[node] = _as_function(written())
    machine.captured.add(machine.frame)
    func = Func(machine.module, function, machine.frame)
    frame = (machine.site(function), 0)
    machine.parents[frame] = machine.frame
    machine.world.frame(frame)
    return Generator(func, frame)


def _acts(machine: Machine, at_once: Callable[[], Value]) -> bool:
    """Would it do something to a model? It is run aside to see."""
    with Aside(machine) as aside:
        found = machine.explore(aside.world.copy(), at_once)
    return any(world.life.version != aside.world.life.version for _, world in found)


def _as_function(node: cst.GeneratorExp) -> cst.FunctionDef:
    """`(f(x) for x in xs if g(x))` as the function that yields the same."""
    clauses = [node.for_in]
    while clauses[-1].inner_for_in is not None:
        clauses.append(clauses[-1].inner_for_in)
    body: cst.BaseStatement = cst.SimpleStatementLine([cst.Expr(cst.Yield(node.elt))])
    for clause in reversed(clauses):
        for test in reversed(clause.ifs):
            body = cst.If(test.test, cst.IndentedBlock([body]))
        body = cst.For(clause.target, clause.iter, cst.IndentedBlock([body]))
    return cst.FunctionDef(cst.Name("generator"), cst.Parameters(), cst.IndentedBlock([body]))
