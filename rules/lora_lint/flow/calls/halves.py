"""Functions under @contextmanager that are entered in one place and left in another, as on an exit stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.calls.foreign import hand_over
from lora_lint.flow.calls.functions import run_frame
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import holds_yield
from lora_lint.flow.values import TRUE, Func, Generator, Value
from lora_lint.lifecycle.records import Oid


class Yielded(NamedTuple):
    """What a plain `yield` gives; None for nothing."""

    value: cst.BaseExpression | None


class Halves(NamedTuple):
    """What runs up to the yield, what is yielded, and what runs from there on."""

    before: list[cst.BaseStatement]
    yielded: cst.BaseExpression | None
    behind: list[cst.BaseStatement]


def run_up_to_yield(machine: Machine, generator: Generator, node: cst.CSTNode) -> Value:
    """Enters the block; gives what is yielded. Where the yield stands in a block of its own, this may do anything with
    the models that the function got."""
    halves = _halves(generator)
    if halves is None:
        hand_over(machine, machine.world.frame(generator.call).values(), node)
        return machine.unknown(node)
    machine.captured.add(generator.call)  # the second half sees what the first has computed
    result = cst.SimpleStatementLine([cst.Return(halves.yielded)])
    return _run(machine, generator, generator.func.node, [*halves.before, result], node)


STARTED: Oid = ("generators", 0)  # the frame that says which generators have given their value


def next_of(machine: Machine, generator: Generator, node: cst.CSTNode) -> Value | None:
    """`next(build())`: the only value that a generator gives, behind which nothing is done. None for another."""
    halves, started = _halves(generator), machine.world.frame(STARTED)
    if halves is None or halves.behind or generator.call in started:
        return None
    started[generator.call] = TRUE
    return run_up_to_yield(machine, generator, node)


def run_from_yield(machine: Machine, generator: Generator, node: cst.CSTNode) -> None:
    """Leaves the block."""
    halves = _halves(generator)
    if halves is None:
        hand_over(machine, machine.world.frame(generator.call).values(), node)
    elif halves.behind:
        _run(machine, generator, generator.func.node.body, halves.behind, node)


def _run(
    machine: Machine, generator: Generator, key: cst.CSTNode, statements: Sequence[cst.BaseStatement], node: cst.CSTNode
) -> Value:
    function = machine.deferred.get(key)
    if function is None:
        function = cst.FunctionDef(cst.Name("half"), cst.Parameters(), cst.IndentedBlock(statements))
        machine.deferred[key] = function
    func = Func(generator.func.module, function, generator.func.frame, owner=generator.func.owner)
    return machine.choose(lambda: run_frame(machine, func, generator.call, node))


def _halves(generator: Generator) -> Halves | None:
    body = generator.func.node.body
    return _split(body.body) if isinstance(body, cst.IndentedBlock) else None


def _split(statements: Sequence[cst.BaseStatement]) -> Halves | None:
    """None where the yield is not one of these statements, nor of the body of a `try` among them."""
    for n, statement in enumerate(statements):
        if not holds_yield(statement):
            continue
        rest = list(statements[n + 1 :])
        if isinstance(statement, cst.SimpleStatementLine):
            found = _plain_yield(statement)
            return Halves(list(statements[:n]), found.value, rest) if found is not None else None
        if isinstance(statement, (cst.Try, cst.TryStar)) and isinstance(statement.body, cst.IndentedBlock):
            inside = _split(statement.body.body)
            if inside is None:
                return None
            last = [*_block(statement.orelse), *_block(statement.finalbody)]
            return Halves([*statements[:n], *inside.before], inside.yielded, [*inside.behind, *last, *rest])
        return None
    return None


def _plain_yield(statement: cst.SimpleStatementLine) -> Yielded | None:
    """The yield that a statement consists of."""
    small = statement.body[0]
    value = small.value if len(statement.body) == 1 and isinstance(small, cst.Expr) else None
    if not isinstance(value, cst.Yield) or isinstance(value.value, cst.From):
        return None
    return Yielded(value.value)


def _block(clause: cst.Else | cst.Finally | None) -> list[cst.BaseStatement]:
    return list(clause.body.body) if clause is not None and isinstance(clause.body, cst.IndentedBlock) else []
