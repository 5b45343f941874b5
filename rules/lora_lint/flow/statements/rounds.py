"""A loop's body being run, over and over, until nothing new appears."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from lora_lint.flow.counters import Counters
from lora_lint.flow.machine import Machine
from lora_lint.flow.worlds.world import World

MOST_PASSES = 3
FURTHER_PASSES = 2  # of a `while`, once what it counts may be any number: one for each answer of a test of it


def most_passes(machine: Machine) -> int:
    """How often a body is run after its first pass."""
    return 0 if machine.exhausted else 1 if machine.hurried else MOST_PASSES


class Loop:
    """One loop being run: where `break` and `continue` of its body go."""

    def __init__(self, machine: Machine, node: cst.For | cst.While) -> None:
        self.machine, self.node = machine, node
        self.target: cst.CSTNode = node.target if isinstance(node, cst.For) else node.test
        self.breaks: list[World] = []

    def once(self, worlds: list[World], begin: Callable[[], object] | None) -> list[World]:
        """Runs the body once on each world; gives the worlds that come to its end or continue."""
        machine, exits = self.machine, self.machine.exits
        outer = exits.breaks, exits.continues
        exits.breaks, exits.continues = [], []
        if begin is not None:
            worlds = [after for world in worlds for _, after in machine.explore(world, begin)]
        after = machine.block(self.node.body, worlds) + exits.continues
        self.breaks += exits.breaks
        exits.breaks, exits.continues = outer
        return machine.fold(after, self.node)

    def until_settled(self, worlds: list[World], begin: Callable[[], object] | None, counters: Counters) -> list[World]:
        """Runs the body on what the last pass left that was not there before, until nothing is.

        `worlds` are those that a first pass left; the result holds them, too.
        """
        machine = self.machine
        seen = new = worlds
        for _ in range(most_passes(machine)):
            for world in new:
                world.forget(machine.site(self.node))
            after = [counters.blur(world) for world in self.once([world.copy() for world in new], begin)]
            before = len(seen)
            seen = machine.fold([*seen, *after], self.node)
            new = seen[before:]
            if not new:
                break
        return seen
