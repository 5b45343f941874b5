"""`if`: paths part and meet again."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.worlds.world import World


def if_(machine: Machine, node: cst.If, worlds: list[World]) -> list[World]:
    done: list[World] = []
    taken: list[World] = []
    other: list[World] = []
    for world in worlds:
        for holds, after in machine.explore(world, lambda: machine.truth(machine.evaluate(node.test), node.test)):
            (taken if holds else other).append(after)
    if taken:
        done += machine.block(node.body, machine.fold(taken, node.test))
    if other and node.orelse is not None:
        other = machine.fold(other, node.test)
        orelse = node.orelse
        other = if_(machine, orelse, other) if isinstance(orelse, cst.If) else machine.block(orelse.body, other)
    return machine.fold(done + other, node)
