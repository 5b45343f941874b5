"""Shared by rules on adapters that are added: is the new one ever used?"""

from __future__ import annotations

from lora_lint.lifecycle.events.models import Added, Loaded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Oid, Sure
from lora_lint.lifecycle.trace import AnyEvent, Ending, Event, Lifecycle


def is_idle(lifecycle: Lifecycle, event: Event[Added | Loaded]) -> bool:
    """The new adapter is neither trained nor loaded into in any ending, though something is trained after the add."""
    adapter: Oid | None = event.facts.adapter
    if adapter is None:
        return False
    endings = lifecycle.after(event)
    return bool(endings) and all(_untouched(lifecycle, ending, event, adapter) for ending in endings)


def _untouched(lifecycle: Lifecycle, ending: Ending, event: AnyEvent, adapter: Oid) -> bool:
    record = ending.life.adapters.get(adapter)
    if record is None or record.origin not in ("created", "loaded") or record.frozen is not None:
        return False
    if ending.life.content(record.token).trained is not Sure.NO:
        return False
    owner = event.life.unwrapped(event.oid) if event.oid is not None else None
    for other in lifecycle.of(Trained):
        if other.id > event.id and other.id in ending.events and other.oid is not None:
            if other.life.unwrapped(other.oid) == owner or adapter in other.facts.held:
                return True
    return False


def meant_to_train(event: AnyEvent) -> bool:
    """Another adapter was loaded or trained before: the new one is the next task, and LL206 speaks."""
    assert event.oid is not None
    life = event.life
    return any(
        life.adapters[a].origin != "created" or life.content(life.token(a)).trained is not Sure.NO
        for a in life.held(event.oid)
    )
