"""Shared by rules on saves that come too early: what was saved is trained later, and then lost."""

from __future__ import annotations

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.records import Oid, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.questions import trained_and_lost


def is_early(lifecycle: Lifecycle, event: Event[Saved]) -> bool:
    """Every adapter that is saved here is untrained, is trained later in every ending, and then saved nowhere."""
    adapters: tuple[Oid, ...] = event.facts.adapters
    if not adapters or event.facts.emptied:
        return False
    life = event.life
    if any(
        life.content(life.token(a)).trained is not Sure.NO or life.adapters[a].origin != "created" for a in adapters
    ):
        return False
    endings = lifecycle.after(event)
    return bool(endings) and all(trained_and_lost(ending, a) for ending in endings for a in adapters)
