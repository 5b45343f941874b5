"""LL504: an adapter with resized embeddings is loaded onto a base that was not resized."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.records import Written
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain


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
    place = event.facts.place
    if event.facts.auto or event.oid is None or place is None or event.facts.onto != "base":
        return None
    life = event.life
    if life.base(event.oid).resized_at is not None or not life.base(event.oid).known:
        return None
    for other, _ in life.places_like(place):
        for written in life.disk[other]:
            if (
                written.what == "adapter"
                and written.model is not None
                and life.base(written.model).resized_at is not None
            ):
                return written
    return None


RULE = Rule(
    "LL504",
    "resize-missing-before-load",
    "an adapter with resized embeddings is loaded onto a base of the old size",
    (Loaded,),
    check,
    preview=True,
)
