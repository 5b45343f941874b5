"""Shared by rules on saves that come too early: what was saved is trained later, and then lost."""

from __future__ import annotations

from lora_lint.lifecycle.records import Keeping, Oid, Sure
from lora_lint.lifecycle.trace import Ending, Event, Lifecycle

LOST = (Keeping.NOWHERE, Keeping.TEMPORARY)


def is_early(lifecycle: Lifecycle, event: Event) -> bool:
    """Every adapter that is saved here is untrained, is trained later in every ending, and then saved nowhere."""
    adapters: tuple[Oid, ...] = event.facts["adapters"]
    if not adapters or event.facts["emptied"]:
        return False
    life = event.life
    if any(
        life.content(life.token(a)).trained is not Sure.NO or life.adapters[a].origin != "created" for a in adapters
    ):
        return False
    endings = lifecycle.after(event)
    return bool(endings) and all(_trained_and_lost(ending, a) for ending in endings for a in adapters)


def _trained_and_lost(ending: Ending, adapter: Oid) -> bool:
    life = ending.life
    if adapter not in life.adapters:
        return False
    trained = [t for t, content in life.contents.items() if t[0] == adapter and content.trained is Sure.YES]
    return bool(trained) and all(life.keeping(t) in LOST for t in trained)
