"""`if`: paths part and meet again."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.worlds.world import World


def if_(machine: Machine, node: cst.If, worlds: list[World]) -> list[World]:
    """A loop over its `elif`s: LibCST has each inside the one before, and there may be a thousand."""
    ended: list[tuple[cst.If, list[World]]] = []  # each test with what came out of its body
    while True:
        taken, other = _parted(machine, node, worlds)
        ended.append((node, machine.block(node.body, machine.fold(taken, node.test)) if taken else []))
        if not other or node.orelse is None:
            break
        other = machine.fold(other, node.test)
        if isinstance(node.orelse, cst.Else):
            other = machine.block(node.orelse.body, other)
            break
        node, worlds = node.orelse, other
    for tested, done in reversed(ended):
        other = machine.fold(done + other, tested)
    return other


def _parted(machine: Machine, node: cst.If, worlds: list[World]) -> tuple[list[World], list[World]]:
    """The worlds in which the test of an `if` holds, and the others."""
    taken: list[World] = []
    other: list[World] = []
    for world in worlds:
        for holds, after in machine.explore(world, lambda: machine.truth(machine.evaluate(node.test), node.test)):
            (taken if holds else other).append(after)
    return taken, other
