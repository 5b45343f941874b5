"""A part of the script is run to see what it comes to, and then it is as if nothing had been."""

from __future__ import annotations

from types import TracebackType

from lora_lint.flow.machine import Machine


class Aside:
    """`with Aside(machine) as aside`: world, events and exits are afterwards as they were before, unless it is kept."""

    __slots__ = ("_events", "_kept", "_machine", "exits", "world")

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._kept = False

    def __enter__(self) -> Aside:
        machine = self._machine
        self.world = machine.world
        self._events, self.exits = len(machine.events), machine.exits.sizes()
        return self

    @property
    def silent(self) -> bool:
        """Nothing happened so far that others could see: no event, and no path left."""
        return len(self._machine.events) == self._events and self._machine.exits.sizes() == self.exits

    def keep(self) -> None:
        """What was run counts."""
        self._kept = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if not self._kept:
            self._machine.world = self.world
            del self._machine.events[self._events :]
            self._machine.exits.forget(self.exits)
