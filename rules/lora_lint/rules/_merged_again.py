"""Adapters of one PeftModel that are merged one after the other: the first merge has taken the layers of all."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.lifecycle.events.models import Activated, Added, Loaded, Merged, Wrapped
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.rules.questions import certain, same_model


def first_merge(lifecycle: Lifecycle, merge: Event[Merged]) -> Event[Merged] | None:
    """The merge that has emptied this PeftModel, where another of its adapters was asked for since: what comes of the
    second is the model of the first."""
    if not merge.facts.emptied:
        return None
    before = [e for e in certain(lifecycle.of(Merged)) if e.id < merge.id and same_model(e, merge)]
    emptying = next((e for e in reversed(before) if not e.facts.emptied), None)
    if emptying is None or emptying.oid != merge.oid or not _asked_since(lifecycle, emptying, merge):
        return None
    return emptying if _whenever_made(lifecycle, emptying, merge) else None


def _asked_since(lifecycle: Lifecycle, first: Event[Merged], merge: Event[Merged]) -> bool:
    """For another adapter than the first merge took: by its name, or by one line that asks in each round of a loop for
    another name."""
    if merge.facts.names is not None or first.facts.names is not None:
        return _is_another(first.facts.names, merge.facts.names, again=first.site == merge.site)
    switches = [e for e in certain(lifecycle.of(Activated)) if e.id < merge.id and same_model(e, merge)]
    since, before = [e for e in switches if e.id > first.id], [e for e in switches if e.id < first.id]
    peft = first.life.peft(first.oid) if first.oid is not None else None
    if not since or peft is None:
        return False
    again = any(e.site == since[-1].site for e in before)
    return _is_another(list(peft.active), since[-1].facts.names, again=again)


def _is_another(first: list[Hashable] | None, then: list[Hashable] | None, *, again: bool) -> bool:
    """A name that the script computes stands for any in each round, and for one elsewhere."""
    if not first or not then:
        return False
    return first != then or (again and not all(isinstance(name, str) for name in then))


def _whenever_made(lifecycle: Lifecycle, first: AnyEvent, merge: AnyEvent) -> bool:
    """A test between the making of the adapters and the merge may let one round of a loop through."""
    assert first.oid is not None
    held = first.life.held(first.oid)
    makers = [e for e in lifecycle.of(Loaded, Wrapped, Added) if e.id < first.id and e.facts.adapter in held]
    return bool(makers) and set(merge.conditions) <= set(makers[-1].conditions)
