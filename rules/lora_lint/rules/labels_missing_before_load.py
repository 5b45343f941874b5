"""LL508: an adapter with a head for some labels is loaded onto a base with a head for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Config, Oid, Site
from lora_lint.lifecycle.runs import left_by_other_runs
from lora_lint.lifecycle.trace import Event, Left, Lifecycle
from lora_lint.rules._by_peft import TASKS_WITH_HEADS, may_name
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, same_model


class Other(NamedTuple):
    """A head that an adapter was saved with: for how many labels, and where; and for how many that of the base is."""

    labels: int
    saved: Site
    own: int


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """On every path to the load the base has a head for another number of labels than the one that was saved."""
    for site, events in by_site(certain(lifecycle.of(Loaded))).items():
        known = [event for event in events if event.facts.place is not None and event.facts.place.fixed]
        found = [_other(lifecycle, event) for event in known or events]
        if found and found[0] is not None and all(found):
            yield _report(site, known[0] if known else events[0], found[0], sure=len(found) == len(events))


def _report(site: Site, event: Event[Loaded], other: Other, *, sure: bool) -> Report:
    assert event.oid is not None
    call = "this call" if event.facts.auto else "from_pretrained"
    message = (
        f"the adapter was saved with a head for {other.labels} labels, and this base model has one for {other.own}: "
        f"the load raises (size mismatch); give {call} num_labels={other.labels}"
    )
    story = [Step(other.saved, "the adapter is saved here, with its head")]
    if not event.facts.auto:
        story.append(Step(event.life.base(event.oid).site, "the base model gets its head here"))
    return Report(site, message, "error" if sure else "warning", "high" if sure else "medium", tuple(story))


def _other(lifecycle: Lifecycle, event: Event[Loaded]) -> Other | None:
    """The head that lies where the adapter is loaded from, where it does not fit."""
    place, life = event.facts.place, event.life
    if event.oid is None or place is None or event.facts.onto != "base" or event.facts.tolerant:
        return None
    own = life.trait(event.oid, "labels")
    if not isinstance(own, tuple) or any(g.id < event.id and same_model(g, event) for g in lifecycle.of(Handed)):
        return None
    left = [Left(other, it, life, lifecycle) for other, _ in life.places_like(place) for it in life.disk[other]]
    left = left or [each for each in left_by_other_runs(lifecycle, event, place) if each.place.same(place)]
    heads = [(_head(each), each.written.site) for each in left if each.written.what == "adapter"]
    counts = {head[0] if head is not None else None for head, _ in heads}
    if len(counts) != 1 or None in counts or own[0] in counts:
        return None
    head, site = heads[0]
    if head is None or any(script.mentioned.attributes(head[1]) for script in (lifecycle, left[0].by)):
        return None  # it may be replaced
    return Other(head[0], site, own[0])


def _head(left: Left) -> tuple[int, str] | None:
    """For how many labels the head is that was written with an adapter, and its name; None where it was not, or nothing
    is known."""
    life, written = left.life, left.written
    if written.model is None or written.model not in life.models or written.found or written.when:
        return None
    labels = life.trait(written.model, "labels")
    if not isinstance(labels, tuple):
        return None
    count, name = labels
    saved = [_saves(life, adapter, name) for adapter, _ in written.tokens]
    return (count, name) if saved and all(saved) else None


def _saves(life: Life, adapter: Oid, head: str) -> bool:
    """Does PEFT write the head along with an adapter?"""
    config = life.adapters[adapter].config if adapter in life.adapters else None
    if not isinstance(config, Config):
        return False
    named = config.get("modules_to_save")
    return config.get("task_type") in TASKS_WITH_HEADS or (
        isinstance(named, tuple) and any(isinstance(name, str) and may_name(name, (head,)) for name in named)
    )


RULE = Rule(
    "LL508",
    "labels-missing-before-load",
    "an adapter with a head is loaded onto a base with a head for other labels",
    (Loaded,),
    check,
)
