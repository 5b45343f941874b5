"""The plain training loop: a pass that the next one would only repeat is not run again."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.modules import names_in
from lora_lint.flow.statements.rounds import Loop
from lora_lint.flow.worlds.repeated import only_trained
from lora_lint.flow.worlds.world import World
from lora_lint.lifecycle.events.training import Stepped, Trained

TRAINING = frozenset({Trained, Stepped})  # of these a second pass in a row says nothing new


class Pass:
    """A pass of a loop's body, watched from its beginning."""

    def __init__(self, loop: Loop, world: World) -> None:
        self._loop, self._world, self._machine = loop, world, loop.machine
        self._events, self._tries = len(self._machine.events), self._machine.tries

    def is_repeated(self, after: list[World]) -> bool:
        """Would the next pass, with the same item, do what this one did, and no more?"""
        return (
            len(after) == 1
            and not self._loop.breaks
            and self._machine.tries == self._tries
            and all(type(event.facts) in TRAINING for event in self._machine.events[self._events :])
            and only_trained(self._world, after[0])
        )

    def is_repeated_by_others(self, after: list[World]) -> bool:
        """Would those with any other item do so, too? The body does not name the item."""
        target = self._loop.target
        if not isinstance(target, cst.Name) or not self.is_repeated(after):
            return False
        return target.value not in names_in(self._loop.node.body)
