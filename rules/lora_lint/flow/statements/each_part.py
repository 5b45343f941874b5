"""Loops over the modules of a model that freeze its adapters, whatever comes next."""

from __future__ import annotations

from functools import partial

import libcst as cst

from lora_lint.flow.aside import Aside
from lora_lint.flow.counters import Counters
from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.parts import closes, listed
from lora_lint.flow.objects.passes import drawn
from lora_lint.flow.statements.rounds import Loop
from lora_lint.flow.values import Value
from lora_lint.flow.worlds.world import World


def over_parts(machine: Machine, node: cst.For, iterable: Value, world: World) -> World | None:
    """What a loop over modules comes to that surely freezes adapters with them; None for any other, which goes through
    modules nobody knows. What hangs on a test that is open, on a number that is counted or on a `break` is not sure."""
    machine.world = world
    parts = listed(machine, iterable, node)
    if not parts or machine.exhausted:
        return None
    with Aside(machine) as aside:
        loop, counters = Loop(machine, node), Counters(machine, node, [world])
        after = world.copy()
        for part in parts:
            ends = loop.once([after], partial(_next, machine, loop.target, part))
            if len(ends) != 1 or loop.breaks or machine.exits.sizes() != aside.exits:
                return None
            after = counters.blur(ends[0])
        if not closes(world, after):
            return None
        aside.keep()
    return after


def _next(machine: Machine, target: cst.CSTNode, part: Value) -> None:
    for term in drawn(part):
        machine.world.forget(term)
    machine.assign(target, part)
