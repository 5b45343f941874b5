"""LL416: the reference of a trainer is the base model that the wrap has put the adapter's layers into."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.models import Added, Loaded, Wrapped
from lora_lint.lifecycle.events.training import Trained, TrainerMade
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, maker, same_model


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A trainer, on every path with such a reference, that does train the adapter."""
    for events in by_site(certain(lifecycle.of(TrainerMade))).values():
        bad = [event for event in events if event.facts.shares and _is_trained(lifecycle, event)]
        if bad and len(bad) == len(events):
            yield _report(bad[0], maker(lifecycle, bad[0].facts.shares[0]))


def _is_trained(lifecycle: Lifecycle, made: Event[TrainerMade]) -> bool:
    """By a trainer, later on."""
    later = [e for e in certain(lifecycle.of(Trained)) if e.id > made.id and same_model(e, made)]
    return any(e.facts.how == "trainer" and set(made.facts.shares) & set(e.facts.adapters) for e in later)


def _report(event: Event[TrainerMade], put: Event[Wrapped | Added | Loaded] | None) -> Report:
    message = (
        "this ref_model is the base model of what is trained, and has the adapter in it: the reference is the trained "
        "model itself (trl 1.16.0 fails in the first step); leave ref_model out, and the trainer switches the adapter "
        "off for it, or load the model anew"
    )
    story = (Step(put.site, "this puts the layers into the base model itself, not into a copy"),) if put else ()
    return Report(event.site, message, "error", "high", story)


RULE = Rule(
    "LL416",
    "reference-shares-adapter",
    "the reference of a trainer is the base model that the adapter was put into",
    (TrainerMade,),
    check,
    preview=True,
)
