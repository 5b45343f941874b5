"""Comprehensions: run like the loops they are, in a frame of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.expressions.lazy import generator
from lora_lint.flow.machine import Expressions, Machine
from lora_lint.flow.objects.containers import new_dict, new_list
from lora_lint.flow.objects.passes import passes
from lora_lint.flow.values import Value


def _comprehension(machine: Machine, node: cst.ListComp | cst.SetComp | cst.GeneratorExp) -> Value:
    items: list[Value] = []
    run = _run_comprehension(machine, node, node.for_in, lambda: items.append(machine.evaluate(node.elt)))
    kind = "set" if isinstance(node, cst.SetComp) else "list"
    is_open = run.more or run.fewer
    return new_list(machine, node, items, open=is_open, kind=kind, maybe_empty=not run.surely, picked=not run.more)


def _generator(machine: Machine, node: cst.GeneratorExp) -> Value:
    return generator(machine, node, lambda: _comprehension(machine, node))


def _dict_comprehension(machine: Machine, node: cst.DictComp) -> Value:
    items: list[tuple[Value, Value]] = []

    def add() -> None:
        items.append((machine.evaluate(node.key), machine.evaluate(node.value)))

    run = _run_comprehension(machine, node, node.for_in, add)
    return new_dict(machine, node, items, open=run.more or run.fewer, maybe_empty=not run.surely)


class Run(NamedTuple):
    """How sure what a comprehension has added is: there may be `more`, or `fewer`; `surely` one is kept."""

    more: bool
    fewer: bool
    surely: bool


def _run_comprehension(machine: Machine, node: cst.CSTNode, clause: cst.CompFor, add: Callable[[], None]) -> Run:
    """Runs a comprehension's loops."""
    frame = (machine.site(node), 0)
    outer = machine.frame
    machine.parents[frame] = outer
    machine.comprehensions.add(frame)
    machine.world.frame(frame)
    machine.frame = frame
    try:
        return _clause(machine, clause, add)
    finally:
        machine.frame = outer
        machine.world.drop_frame(frame)


def _clause(machine: Machine, clause: cst.CompFor, add: Callable[[], None], certain: bool = True) -> Run:
    kept = fewer = False
    items, more = passes(machine, machine.evaluate(clause.iter), clause)
    for item in items:
        machine.assign(clause.target, item)
        keep, surely = True, certain
        for test in clause.ifs:
            decided = machine.known(machine.evaluate(test.test))
            if decided is None:
                fewer, surely = True, False  # may be kept or not: it is kept
            elif not decided:
                keep = False
                break
        if not keep:
            continue
        if clause.inner_for_in is not None:
            inner = _clause(machine, clause.inner_for_in, add, surely)
            more, fewer, kept = more or inner.more, fewer or inner.fewer, kept or inner.surely
        else:
            kept = kept or surely
            add()
    return Run(more, fewer, kept)


EXPRESSIONS: Expressions = {
    cst.ListComp: _comprehension,
    cst.SetComp: _comprehension,
    cst.GeneratorExp: _generator,
    cst.DictComp: _dict_comprehension,
}
