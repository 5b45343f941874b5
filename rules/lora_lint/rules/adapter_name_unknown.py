"""LL304: an adapter is asked for by a name that none of the model's adapters has."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.models import Activated, Merged
from lora_lint.lifecycle.events.training import TrainerMade
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._types import caught
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, maker
from lora_lint.rules.wording import name_in

BY_TRAINERS = "ref"  # the copy that trl's trainers put beside the adapter, as its reference (trl 1.16)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """`set_adapter` and `merge_and_unload(adapter_names=...)`, on every path with a name that is not there."""
    for site, events in by_site(certain(lifecycle.of(Activated, Merged))).items():
        bad = [event for event in events if event.facts.misnamed and not _may_be_there(lifecycle, event)]
        if bad and len(bad) == len(events) and not any(caught(lifecycle, event) for event in bad):
            yield _report(lifecycle, site, bad[0])


def _may_be_there(lifecycle: Lifecycle, event: Event[Activated | Merged]) -> bool:
    return BY_TRAINERS in event.facts.misnamed and any(made.id < event.id for made in lifecycle.of(TrainerMade))


def _report(lifecycle: Lifecycle, site: object, event: Event[Activated | Merged]) -> Report:
    assert event.oid is not None
    life, facts = event.life, event.facts
    held = life.held(event.oid)
    then = "set_adapter raises ValueError"
    if isinstance(facts, Merged):
        then = "it is left out of the merge, and nothing says so"
    elif not facts.raises:
        then = "all adapters are switched off, and nothing says so"
    there = ", ".join(name_in(event, adapter) for adapter in held)
    made = ((adapter, maker(lifecycle, adapter)) for adapter in held)
    story = tuple(Step(by.site, f"adapter {name_in(event, adapter)}") for adapter, by in made if by is not None)
    message = f'no adapter of this model is called "{facts.misnamed[0]}": {then}; it has {there}'
    return Report(site, message, "error", "high", story)


RULE = Rule(
    "LL304",
    "adapter-name-unknown",
    "an adapter is asked for by a name that none has",
    (Activated, Merged),
    check,
    preview=True,
)
