"""`with` blocks, and functions under @contextmanager, whose block runs where they yield."""

from __future__ import annotations

from functools import partial

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.scope import Args
from lora_lint.flow.statements.tries import body_steps, suppressed
from lora_lint.flow.values import NONE, Const, Generator, Value
from lora_lint.flow.worlds.paths import Outcome
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.records import Oid

HOW = "how the block was left"


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

    def leave(ended: list[World]) -> list[World]:
        return [
            after
            for one in ended
            for _, after in machine.explore(one, lambda: machine.parts.leave(machine, manager, item))
        ]

    caught = machine.parts.suppresses(machine, manager, world)
    if caught is not None:
        steps = [partial(_with_items, machine, node, rest)] if rest else body_steps(machine, node.body)
        return suppressed(machine, node, caught, steps, [world])

    done: list[World] = []
    for _, start in machine.explore(world, begin):
        done += machine.exits.through(partial(_with_items, machine, node, rest, [start]), leave)
    return done


def _marker(machine: Machine, item: cst.WithItem, world: World) -> Oid:
    """Of this manager, of this call where the block calls itself, and of this time where the function under the manager
    is entered once more inside of its own block."""
    depth = len(machine.stack)
    times = 0
    while ((item, times), depth) in world.frames:
        times += 1
    return (item, times), depth


def _with_generator(
    machine: Machine, node: cst.With, item: cst.WithItem, rest: list[cst.WithItem], manager: Generator, world: World
) -> list[World]:
    state = machine.scope()
    early: list[tuple[str, Value]] = [("", NONE)]  # how paths leave the block, behind the rest of the generator
    marker = _marker(machine, item, world)
    world.frame(marker)[HOW] = Const(0)

    def body(value: Value) -> None:
        inner = machine.scope()
        machine.enter_scope(state)

        def outcomes() -> list[Outcome]:
            begun = machine.explore(
                machine.world, lambda: machine.assign(item.asname.name, value) if item.asname is not None else None
            )
            before = machine.exits.take()
            ended = [w for _, start in begun for w in _with_items(machine, node, rest, [start])]
            left = machine.exits.take()
            machine.exits.add(before)
            machine.exits.raises += left.raises
            waiting = [("returns", out, w) for out, w in left.returns]
            waiting += [(way, NONE, w) for way in ("breaks", "continues") for w in getattr(left, way)]
            for way, out, w in waiting:
                w.frame(marker)[HOW] = Const(len(early))
                early.append((way, out))
            return [Outcome(NONE, w) for w in ended + [w for _, _, w in waiting]]

        try:
            machine.choose(outcomes)
        finally:
            machine.enter_scope(inner)

    machine.yielding.append(body)
    try:
        closed = machine.explore(world, lambda: machine.call(manager, Args(), item))
    finally:
        machine.yielding.pop()
    done: list[World] = []
    for _, after in closed:
        for how, out in machine.explore(after, lambda: machine.settle(machine.world.frames[marker][HOW], node)):
            way, value = early[how.value] if isinstance(how, Const) else early[0]
            out.drop_frame(marker)
            if way == "returns":
                machine.exits.returns.append((value, out))
            else:
                (getattr(machine.exits, way) if way else done).append(out)
    return done
