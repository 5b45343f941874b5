"""Coroutines that a variable keeps: what they do happens when somebody awaits them, not where they are made.

One that is awaited or handed on in the same expression is taken to run where it is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

import libcst as cst

from lora_lint.flow.calls.callbacks import led_to
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items
from lora_lint.flow.objects.provenance import models_in
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Func, Gate, Generator, Sym, Value
from lora_lint.flow.worlds.terms import leaves, pick
from lora_lint.lifecycle.records import Oid

MADE: Oid = ("coroutines", 0)  # the frame that holds those that wait
DISPLAYS = (cst.Tuple, cst.List, cst.Set, cst.Dict)
AWAITABLE = frozenset({Generator, Gate})  # what may be a coroutine
COMPREHENSIONS = (cst.ListComp, cst.SetComp)


def is_async(func: Func) -> bool:
    return isinstance(func.node, cst.FunctionDef) and func.node.asynchronous is not None


def is_coroutine(value: Value) -> TypeGuard[Generator]:
    """A call of an `async def` that has not run: a generator that yields nothing."""
    if type(value) is not Generator or not isinstance(value.func.node, cst.FunctionDef):
        return False
    return is_async(value.func) and not value.func.module.yields(value.func.node)


def put_aside(statement: cst.CSTNode | None, node: cst.CSTNode) -> bool:
    """Does a statement give a variable what an expression makes, alone or among others: `a, b = first(), second()`?"""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    return isinstance(small, (cst.Assign, cst.AnnAssign)) and small.value is not None and _holds(small.value, node)


def _holds(value: cst.CSTNode, node: cst.CSTNode) -> bool:
    if value is node:
        return True
    if isinstance(value, DISPLAYS):
        return any(_holds(element.value, node) for element in value.elements if hasattr(element, "value"))
    return isinstance(value, COMPREHENSIONS) and _holds(value.elt, node)


def note_made(machine: Machine, coroutine: Generator) -> Generator:
    machine.world.frame(MADE)[coroutine.call] = coroutine
    return coroutine


def awaited(machine: Machine, value: Value, node: cst.CSTNode) -> Value:
    """What awaiting a value gives: a coroutine runs now, if it has not."""
    if type(value) is Gate and any(map(is_coroutine, leaves(value))):
        value = machine.settle(value, node)
    if not is_coroutine(value):
        return value
    if value.call not in machine.world.frames:
        return machine.unknown(node)
    machine.world.frame(MADE).pop(value.call, None)
    return machine.call(value, Args(), node)


def await_unknown(machine: Machine, value: Value, node: cst.CSTNode) -> None:
    """`await jobs[name]`: any of the coroutines that wait may run, and do what it likes to the models it has."""
    made = machine.world.frames.get(MADE)
    if not made or not isinstance(value, Sym):
        return
    for coroutine in list(made.values()):
        assert isinstance(coroutine, Generator)
        given = machine.world.frames.get(coroutine.call, {}).values()
        for oid in dict.fromkeys((*models_in(machine, given), *led_to(machine, coroutine.func))):
            machine.world.life.hand_over(oid, machine.site(node))


def await_all(machine: Machine, values: Iterable[Value], node: cst.CSTNode) -> None:
    """Code that is not seen is taken to await the coroutines that it gets, those of a list in their order."""
    for value in values:
        if type(value) is Gate:
            value = pick(machine.world, value)
        for part in (value, *known_items(machine, value)):
            if type(part) in AWAITABLE:
                awaited(machine, part, node)


def await_arguments(machine: Machine, args: Args, node: cst.CSTNode) -> None:
    """`asyncio.run(job)`: coroutines among the arguments run, and what they give stands for them."""
    for number, value in enumerate(args.pos):
        if type(value) in AWAITABLE:
            args.pos[number] = awaited(machine, value, node)
    for name, value in args.kw.items():
        if type(value) in AWAITABLE:
            args.kw[name] = awaited(machine, value, node)
