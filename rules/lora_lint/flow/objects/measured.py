"""Calls of libraries that give a number which is never below zero: a score, or a mean of losses."""

from __future__ import annotations

from collections.abc import Sequence

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import known_items
from lora_lint.flow.values import Value
from lora_lint.flow.worlds.signs import NATURAL, never_negative
from lora_lint.knowledge import measures


def sign_of(machine: Machine, name: str, given: Sequence[Value]) -> tuple[str, ...]:
    """How the term of what a function gives goes on: of several numbers none is below zero, and so is no mean of them.
    A list that a loop has filled is as what was seen to go in."""
    if name in measures.FUNCTIONS:
        return (NATURAL,)
    enough = any if name == measures.LARGEST else all if name in measures.AVERAGES else None
    if enough is None or not given:
        return ()
    of = known_items(machine, given[0]) or given if len(given) == 1 else given
    return (NATURAL,) if enough(map(never_negative, of)) else ()
