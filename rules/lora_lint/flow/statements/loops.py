"""Loops. Known items are run through one by one; for others the body is run until nothing new appears.

A loop over something unknown is taken to run at least once: a training loop that never runs is no path worth a word.
"""

from __future__ import annotations

import re
from functools import partial

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.counters import Counters
from lora_lint.flow.machine import Machine
from lora_lint.flow.modules import names_in
from lora_lint.flow.objects.instances import method_of
from lora_lint.flow.objects.passes import Drawing, drawn, iterable_of, only_known, passes, within
from lora_lint.flow.scope import Args
from lora_lint.flow.statements.each_part import over_parts
from lora_lint.flow.statements.iterators import NEXT, over_iterator
from lora_lint.flow.statements.repeats import Pass
from lora_lint.flow.statements.rounds import FURTHER_PASSES, Loop, most_passes
from lora_lint.flow.values import NONE, Const, Generator, Sym, Value
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.exits import Raised
from lora_lint.flow.worlds.paths import Outcome
from lora_lint.flow.worlds.terms import learn
from lora_lint.flow.worlds.world import World


def for_(machine: Machine, node: cst.For, worlds: list[World]) -> list[World]:
    done: list[World] = []
    for world in worlds:
        for iterable, start in machine.explore(world, lambda: iterable_of(machine, machine.evaluate(node.iter), node)):
            done += _for_one(machine, node, iterable, start)
    return machine.fold(done, node)


def _for_one(machine: Machine, node: cst.For, iterable: Value, world: World) -> list[World]:
    loop = Loop(machine, node)
    if isinstance(iterable, Generator):
        ended = _over_generator(machine, node, iterable, world, loop)
    elif (step := method_of(machine, iterable, NEXT[node.asynchronous is not None].method)) is not None:
        ended = over_iterator(machine, loop, step, world)
    elif (after := over_parts(machine, node, iterable, world)) is not None:
        ended = [after]
    else:
        machine.world = world
        items, is_open = passes(machine, iterable, node)
        over = _over_range if _is_range(items) else _over_picked if only_known(machine, iterable) else _over_items
        ended = over(machine, loop, items, is_open, machine.world)
    if node.orelse is not None:
        ended = machine.block(node.orelse.body, ended)
    return ended + loop.breaks


def _over_items(machine: Machine, loop: Loop, items: list[Value], is_open: bool, world: World) -> list[World]:
    """One pass for each item; where there may be more, the last one stands for them until nothing new appears."""
    counters = Counters(machine, loop.node, [world]) if is_open else None
    first = Pass(loop, world)
    worlds = _each(machine, loop, items, world, counters)
    if counters is None or (len(items) == 1 and first.is_repeated(worlds)):
        return worlds
    return _and_more(machine, loop, items[-1], worlds, world.life.version, counters)


def _over_picked(machine: Machine, loop: Loop, items: list[Value], is_open: bool, world: World) -> list[World]:
    """One pass for each item, which comes once; how many of them there are is not known."""
    return _each(machine, loop, items, world, Counters(machine, loop.node, [world]))


def _each(machine: Machine, loop: Loop, items: list[Value], world: World, counters: Counters | None) -> list[World]:
    """One pass for each item. With counters these stand for others, too, and what they count may be any number."""
    worlds = [world]
    for item in items:
        last = item is items[-1]
        if machine.exhausted and item is not items[0] and not last:
            continue
        current = Pass(loop, worlds[0]) if len(worlds) == 1 and not last else None
        worlds = loop.once(worlds, partial(_next, machine, loop.target, item))
        if counters is not None:
            worlds = [counters.blur(world) for world in worlds]
        if current is not None and current.is_repeated_by_others(worlds):
            end = partial(_next, machine, loop.target, items[-1])  # what the variable is behind the loop
            return [after for world in worlds for _, after in machine.explore(world, end)]
    return worlds


def _and_more(
    machine: Machine, loop: Loop, item: Value, worlds: list[World], before: int, counters: Counters
) -> list[World]:
    """Further passes with an item that stands for many. `before` is the state of the models before the first."""
    if all(world.life.version == before for world in worlds):
        return worlds
    return loop.until_settled([world.copy() for world in worlds], partial(_next, machine, loop.target, item), counters)


def _next(machine: Machine, target: cst.CSTNode, item: Value) -> None:
    """The next item; what was found out about the one before says nothing about it."""
    for term in drawn(item):
        machine.world.forget(term)
    machine.assign(target, item)


def _is_range(items: list[Value]) -> bool:
    return len(items) == 3 and isinstance(items[1], Sym) and items[1].term[0] == "between"


def _over_range(machine: Machine, loop: Loop, items: list[Value], is_open: bool, world: World) -> list[World]:
    """A long range whose number nobody compares needs no first and last pass: they are left out until somebody does."""
    number = items[1]
    assert isinstance(number, Sym)
    site = number.term[1]
    if site not in machine.compared:
        with Aside(machine) as aside:
            once, counters = Loop(machine, loop.node), Counters(machine, loop.node, [world])
            first = Pass(once, world)
            worlds = _each(machine, once, [number], world.copy(), counters)
            if site not in machine.compared and not first.is_repeated(worlds):
                worlds = _and_more(machine, once, number, worlds, world.life.version, counters)
            if site not in machine.compared:
                aside.keep()
                loop.breaks += once.breaks
                return worlds
    ended: list[World] = []
    for last, start in machine.explore(world, lambda: machine.settle(items[2], loop.node)):
        between = [] if machine.hurried else [within(site, items[0], last)]
        if isinstance(items[0], Const) and isinstance(last, Sym) and last.term[0] == "Subtract":
            learn(start, among(last.term[1], items[:1]), False, None)  # else there is nothing to go through
        ended += _each(machine, loop, [items[0], *between, last], start, Counters(machine, loop.node, [start]))
    return ended


def _over_generator(machine: Machine, node: cst.For, generator: Generator, world: World, loop: Loop) -> list[World]:
    """The generator runs, and the loop's body with each value that it yields: in the order of the real thing."""

    def body(item: Value) -> None:
        inner = machine.scope()
        machine.enter_scope(outer)

        def outcomes() -> list[Outcome]:
            after = loop.once([machine.world], lambda: machine.assign(node.target, item))
            return [Outcome(NONE, w) for w in after]

        try:
            machine.choose(outcomes)
        finally:
            machine.enter_scope(inner)

    outer = machine.scope()
    machine.yielding.append(body)
    try:
        return [after for _, after in machine.explore(world, lambda: machine.call(generator, Args(), node))]
    finally:
        machine.yielding.pop()


def _is_true(test: cst.BaseExpression) -> bool:
    """`True`, `1`: what no pass can change."""
    if isinstance(test, cst.Integer):
        return test.evaluated_value != 0
    return isinstance(test, cst.Name) and test.value == "True"


def _is_fixed(machine: Machine, node: cst.While, worlds: list[World]) -> bool:
    """`while not done`: a flag that holds before the loop, and that nothing sets in it."""
    negated = isinstance(node.test, cst.UnaryOperation) and isinstance(node.test.operator, cst.Not)
    flag = node.test.expression if isinstance(node.test, cst.UnaryOperation) and negated else node.test
    if not isinstance(flag, cst.Name):
        return False
    for world in worlds:
        machine.world = world
        value = machine.evaluate(flag)
        if not isinstance(value, Const) or bool(value.value) is negated:
            return False
    return flag.value not in names_in(node.body) and not _is_shared(machine, flag.value)


def _is_shared(machine: Machine, name: str) -> bool:
    """May another function set a variable, be it one that is called for a signal or in a thread?"""
    return re.search(rf"\b(global|nonlocal)\b[^\n]*\b{name}\b", machine.module.text) is not None


def while_(machine: Machine, node: cst.While, worlds: list[World]) -> list[World]:
    """The test is asked before each pass; where it is open, the first pass is taken. What a loop counts that goes on
    after a few passes may be any number from then on."""
    loop = Loop(machine, node)
    ended: list[World] = []
    fixed = _is_fixed(machine, node, worlds)
    always = fixed or _is_true(node.test)
    seen: list[World] = []
    left = machine.exits.sizes()
    taker = machine.yielding[-1] if machine.yielding else None
    given = len(taker.items) if isinstance(taker, Drawing) else 0
    counters = Counters(machine, node, worlds)
    number = 0
    while number <= most_passes(machine) + FURTHER_PASSES:
        entering: list[World] = []
        for world in worlds:
            world.forget(machine.site(node.test))
            for value, after in machine.explore(world, lambda: machine.evaluate(node.test)):
                machine.world = after
                decided = machine.known(value)
                if decided is False or (decided is None and number > 0):
                    ended.append(after if decided is False else after.copy())
                if decided is not False:
                    entering.append(after)
        worlds = loop.once(entering, None) if entering else []
        number += 1
        before = len(seen)
        seen = machine.fold([*seen, *[w.copy() for w in worlds]], node)
        if not worlds:
            break
        settled = len(seen) == before
        if settled or number > most_passes(machine):
            known = counters.known
            worlds = [counters.blur(world) for world in worlds]
            settled = settled and known == counters.known
        if settled:
            if not always or loop.breaks:
                break
            worlds = [w.copy() for w in seen]  # what ends it may hang on what several passes make of a number
    if not always or (fixed and loop.breaks):  # a flag with a `break` beside it: what ends the loop is not told apart
        ended += worlds
    if ended or loop.breaks or machine.exits.sizes() != left:
        pass
    elif isinstance(taker, Drawing) and len(taker.items) > given:
        taker.endless = True
        ended += seen
    else:  # only the user can end it
        machine.exits.raises += [(Raised("builtins.KeyboardInterrupt"), world) for world in seen]
    ended = machine.fold(ended, node)
    if node.orelse is not None:
        ended = machine.block(node.orelse.body, ended)
    return ended + loop.breaks
