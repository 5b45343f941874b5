"""What happens on a path is written down: events with the state that they met, exceptions, and how paths end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import libcst as cst

from lora_lint.flow.modules import Site
from lora_lint.flow.scope import Running
from lora_lint.flow.values import Sym, Value
from lora_lint.flow.worlds.choices import unlikely
from lora_lint.flow.worlds.exits import Raised, matches
from lora_lint.flow.worlds.paths import Paths
from lora_lint.flow.worlds.world import Log, World, events_of
from lora_lint.lifecycle.events.script import Failed
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.trace import AnyEvent, Call, Condition, Ending, Event

F = TypeVar("F")


class Recording(Paths):
    """The events and endings of all paths, in the order in which they came up."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[AnyEvent] = []
        self.endings: list[Ending] = []
        self.stack: list[Running] = []
        self.guards: list[tuple[str, ...]] = []  # exception classes that the enclosing try statements handle

    def emit(self, node: cst.CSTNode, oid: Oid | None, facts: F) -> Event[F]:
        """Records what happens to a model here."""
        return self.emit_at(self.site(node), oid, facts)

    def emit_at(self, site: Site, oid: Oid | None, facts: F) -> Event[F]:
        world = self.world
        path = tuple([Call(call.site, call.statement, call.function) for call in self.stack]) if self.stack else ()
        came = tuple(self._came()) if world.assumed else ()
        event = Event(len(self.events), facts, site, path, oid, world.life.copy(), came, world.weak, world.crashed)
        event.statement = self.statement
        self.events.append(event)
        world.log = Log(event.id, world.log)
        return event

    def _came(self) -> dict[Condition, None]:
        """The conditions under which the path came here, in order."""
        return {
            Condition(a.site, a.shown, unlikely(t, a.holds)): None
            for t, a in self.world.assumed.items()
            if a.site is not None
        }

    def fail(self, node: cst.CSTNode, error: str, oid: Oid | None, *, needless: bool = False) -> Value:
        """A call that certainly raises. Where nothing catches it, the path counts as crashed and only shows types;
        without a `needless` one the script does all the rest, which is shown as well."""
        caught = self.catches(error)
        self.emit(node, oid, Failed(caught))
        if caught:
            raise Raised(f"builtins.{error}")
        self.world.crashed = self.world.crashed or not needless
        return Sym(("failed", self.site(node)))

    def catches(self, error: str) -> bool:
        """Does an enclosing try statement handle this exception?"""
        return any(matches(f"builtins.{error}", handled) is not False for handled in self.guards)

    def finish(self, worlds: Iterable[World], how: str) -> None:
        for world in worlds:
            self.endings.append(Ending(world.life, events_of(world.log), how, world.crashed, world.weak))
