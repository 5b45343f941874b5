"""Saves of a base model with an adapter's layers inside: base-model-saved and wrap-result-discarded share them."""

from __future__ import annotations

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Around, Merged, Prepared, Unloaded, Wrapped
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.events.training import Trained, TrainerMade
from lora_lint.lifecycle.records import Oid, PeftModel, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle


def is_wrong(event: Event[Saved]) -> bool:
    """A save of a plain model that has trained layers inside: those of a PeftModel, or those of a diffusers model."""
    if event.oid is None or not event.facts.full or event.facts.emptied or event.facts.given_state:
        return False
    life = event.life
    base = life.base(event.oid)
    if not base.layers or (base.integration and not is_part(event)):
        return False
    return any(life.content(life.token(layer)).trained is Sure.YES for layer in base.layers)


def is_part(event: Event[Saved]) -> bool:
    """A model of diffusers, whose adapter `save_lora_adapter` saves."""
    return event.oid is not None and event.life.trait(event.oid, "part") is not None


def thrown_away(lifecycle: Lifecycle, save: Event[Saved]) -> Oid | None:
    """The wrapper around the saved base that nobody trained, saved or gave to a trainer; None where one was used."""
    assert save.oid is not None
    life = save.life
    root = life.root(save.oid)
    wrappers = {oid: m for oid, m in life.models.items() if isinstance(m, PeftModel) and life.root(oid) == root}
    used: set[Oid] = set()
    for event in lifecycle.of(Trained, Saved, TrainerMade, Merged, Unloaded, Around, Prepared, Handed):
        if event.oid is not None and event.oid in event.life.models:
            used.add(event.life.unwrapped(event.oid))
    by_trainer = {e.facts.result for e in lifecycle.of(Wrapped) if e.facts.by == "trainer"}
    unused = [oid for oid in wrappers if oid not in used and oid not in by_trainer]
    return unused[0] if unused and len(unused) == len(wrappers) else None
