"""LL504: an adapter with resized embeddings is loaded onto a base that was not resized."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Written
from lora_lint.lifecycle.runs import left_by_other_runs
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, same_model


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The adapter was saved by this script from a resized model, and the base at hand has its old size."""
    for site, events in by_site(certain(lifecycle.of(Loaded))).items():
        saved = [_saved(lifecycle, event) for event in events]
        first = saved[0]
        if first is not None and all(saved):
            story = (Step(first.site, "the adapter is saved here, from a model with resized embeddings"),)
            message = (
                "this base model was not resized: loading the adapter raises (size mismatch); "
                "resize_token_embeddings first"
            )
            yield Report(site, message, "error", "medium", story)


def _saved(lifecycle: Lifecycle, event: Event[Loaded]) -> Written | None:
    """What was saved last to the place that the adapter is loaded from, where its model has surely got more rows than
    the base at hand has: both were loaded by one name."""
    place, life = event.facts.place, event.life
    if event.facts.auto or event.oid is None or place is None or event.facts.onto != "base" or event.facts.tolerant:
        return None
    base = life.base(event.oid)
    if base.resized_at is not None or not base.known or life.trait(event.oid, "own size"):
        return None
    if _may_be_resized(lifecycle, event):
        return None
    for other, _ in life.places_like(place):
        adapters = [written for written in life.disk[other] if written.what == "adapter"]
        written = adapters[-1] if adapters else None
        if written is not None and written.model is not None and life.trait(written.model, "grown"):
            return written if _is_larger(lifecycle, base, written, life) else None
    left = [each for each in left_by_other_runs(lifecycle, event, place) if each.place.same(place)]
    adapters = [each.written for each in left if each.written.what == "adapter"]
    if adapters and all(_is_larger(each.by, base, each.written, each.life) for each in left):
        return adapters[-1]
    return None


def _is_larger(lifecycle: Lifecycle, base: BaseModel, written: Written, life: Life) -> bool:
    """Was an adapter saved from a model with more rows than the base that it goes onto, both loaded by one name?"""
    if written.what != "adapter" or written.model is None or not life.trait(written.model, "grown"):
        return False
    same = base.source is not None and life.base(written.model).source == base.source
    return same and not _without_embedding(lifecycle, written)


def _may_be_resized(lifecycle: Lifecycle, event: Event[Loaded]) -> bool:
    """Was the base given to code that is not seen, or given another embedding?"""
    handed = any(given.id < event.id and same_model(given, event) for given in lifecycle.of(Handed))
    return handed or lifecycle.mentioned.calls(".set_input_embeddings")


def _without_embedding(lifecycle: Lifecycle, written: Written) -> bool:
    """Was PEFT told to leave the embedding out of the file?"""
    saves = (event.facts for event in lifecycle.of(Saved) if event.site == written.site)
    return any(save.with_embeddings not in (True, "auto") for save in saves)


RULE = Rule(
    "LL504",
    "resize-missing-before-load",
    "an adapter with resized embeddings is loaded onto a base of the old size",
    (Loaded,),
    check,
    preview=True,
)
