"""Loops over an object of the project that says itself what comes next: `__next__` is called before each pass."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.flow.counters import Counters
from lora_lint.flow.machine import Machine
from lora_lint.flow.scope import Args
from lora_lint.flow.statements.rounds import FURTHER_PASSES, Loop, most_passes
from lora_lint.flow.values import Method
from lora_lint.flow.worlds.exits import Raised
from lora_lint.flow.worlds.world import World


class Protocol(NamedTuple):
    """The method that gives the next item, and what it raises where there is none."""

    method: str
    stops: str


# of a plain loop, and of `async for`
NEXT = (Protocol("__next__", "builtins.StopIteration"), Protocol("__anext__", "builtins.StopAsyncIteration"))


def over_iterator(machine: Machine, loop: Loop, step: Method, world: World) -> list[World]:
    """One pass for each item until there is none; where that is open, the first pass is taken. What is counted that
    goes on after a few passes may be any number from then on."""
    counters = Counters(machine, loop.node, [world])
    left = machine.exits.sizes()
    worlds, ended, seen = [world], list[World](), list[World]()
    for number in range(most_passes(machine) + FURTHER_PASSES + 1):
        entering, stopped = _ask(machine, loop, step, worlds)
        ended += stopped if number or not entering else []
        worlds = loop.once(entering, None) if entering else []
        before = len(seen)
        seen = machine.fold([*seen, *[after.copy() for after in worlds]], loop.node)
        if not worlds:
            break
        known, settled = counters.known, len(seen) == before
        if settled or number >= most_passes(machine):
            worlds = [counters.blur(after) for after in worlds]
            if settled and known == counters.known:
                break
    if not ended and not loop.breaks and machine.exits.sizes() == left:
        ended = seen  # what ends it is not seen
    return machine.fold(ended, loop.node)


def _ask(machine: Machine, loop: Loop, step: Method, worlds: list[World]) -> tuple[list[World], list[World]]:
    """The worlds that have got another item, and those in which there is none."""
    outer, machine.exits.raises = machine.exits.raises, list[tuple[Raised, World]]()
    entering = [
        after
        for world in worlds
        for _, after in machine.explore(
            world, lambda: machine.assign(loop.target, machine.call(step, Args(), loop.node))
        )
    ]
    raised, machine.exits.raises = machine.exits.raises, outer
    stops = {protocol.stops for protocol in NEXT}
    machine.exits.raises += [(error, after) for error, after in raised if error.kind not in stops]
    return entering, [after for error, after in raised if error.kind in stops]
