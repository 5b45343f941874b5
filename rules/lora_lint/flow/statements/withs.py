"""`with` blocks, and functions under @contextmanager, whose block runs where they yield."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.paths import Outcome
from lora_lint.flow.scope import Args
from lora_lint.flow.values import NONE, Generator, Value
from lora_lint.flow.world import World


def with_(machine: Machine, node: cst.With, worlds: list[World]) -> list[World]:
    return _with_items(machine, node, list(node.items), worlds)


def _with_items(machine: Machine, node: cst.With, items: list[cst.WithItem], worlds: list[World]) -> list[World]:
    if not items:
        return machine.block(node.body, worlds)
    item, rest = items[0], items[1:]
    done: list[World] = []
    for world in worlds:
        for manager, start in machine.explore(world, lambda: machine.evaluate(item.item)):
            done += _with_one(machine, node, item, rest, manager, start)
    return machine.fold(done, node) if len(done) > 1 else done


def _with_one(
    machine: Machine, node: cst.With, item: cst.WithItem, rest: list[cst.WithItem], manager: Value, world: World
) -> list[World]:
    def enter(value: Value) -> None:
        if item.asname is not None:
            machine.assign(item.asname.name, value)

    if isinstance(manager, Generator):  # a function under @contextmanager: the block runs where it yields
        return _with_generator(machine, node, item, rest, manager, world)

    def begin() -> None:
        enter(machine.parts.enter(machine, manager, item))

    done: list[World] = []
    for _, start in machine.explore(world, begin):
        for after in _with_items(machine, node, rest, [start]):
            done += [ended for _, ended in machine.explore(after, lambda: machine.parts.leave(machine, manager, item))]
    return done


def _with_generator(
    machine: Machine, node: cst.With, item: cst.WithItem, rest: list[cst.WithItem], manager: Generator, world: World
) -> list[World]:
    state = machine.scope()

    def body(value: Value) -> None:
        inner = machine.scope()
        machine.enter_scope(state)

        def outcomes() -> list[Outcome]:
            begun = machine.explore(
                machine.world, lambda: machine.assign(item.asname.name, value) if item.asname is not None else None
            )
            return [Outcome(NONE, w) for _, start in begun for w in _with_items(machine, node, rest, [start])]

        try:
            machine.choose(outcomes)
        finally:
            machine.enter_scope(inner)

    machine.yielding.append(body)
    try:
        return [after for _, after in machine.explore(world, lambda: machine.call(manager, Args(), item))]
    finally:
        machine.yielding.pop()
