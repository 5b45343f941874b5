"""LL506: an adapter is loaded onto another base model than the one that it was trained on."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.runs import left_by_other_runs
from lora_lint.lifecycle.trace import Event, Left, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, trained_here


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """This script, or one beside it, saved the adapter from a model of one name, and it is loaded onto one of another,
    on every path. Or onto the model into which it is merged already."""
    for site, events in by_site(certain(lifecycle.of(Loaded))).items():
        twice = [event for event in events if _holds_it(event)]
        if all(event.facts.made_for for event in events):
            yield _report(lifecycle, site, events[0])
        elif twice:
            yield _report_twice(site, twice[0])


def _holds_it(event: Event[Loaded]) -> bool:
    """Was the same adapter, as it was at some step of its training, folded into what it is loaded onto?"""
    life, place = event.life, event.facts.place
    saved = life.saved_at(place) if place is not None else None
    if saved is None or event.oid is None or not trained_here(event, [saved]):
        return False
    folded = life.trait(event.oid, "folded in")
    inside = (*life.base(event.oid).merged, *(folded if isinstance(folded, tuple) else ()))
    return life.canonical(saved)[0] in {life.canonical(token)[0] for token in inside}


def _report_twice(site: Site, event: Event[Loaded]) -> Report:
    assert event.oid is not None
    base = event.life.base(event.oid)
    message = (
        "this adapter is merged already into the model that it is put on: it counts twice, and the answers are wrong; "
        "unload() gives the base model back without it"
    )
    story = [Step(base.merged_at, "merged here, into the base model itself")] if base.merged_at is not None else []
    return Report(site, message, "warning", "high", tuple(story))


def _report(lifecycle: Lifecycle, site: Site, event: Event[Loaded]) -> Report:
    assert event.oid is not None
    base = event.life.base(event.oid)
    left = left_by_other_runs(lifecycle, event, event.facts.place)
    saved = [each for each in left if each.written.what == "adapter"]
    asked = any(_by_option(each) for each in saved)
    message = (
        f"this adapter was trained on {event.facts.made_for}{', where no option names another,' if asked else ''} "
        f"and is put on {base.source}, which PEFT does not notice: "
        "the load raises where the sizes differ, and where they don't the answers are wrong"
    )
    story = [Step(base.site, f"{base.source} is loaded here")]
    story += [Step(each.written.site, "the adapter is saved here") for each in saved[:1]]
    return Report(site, message, "warning", "medium" if asked else "high", tuple(story))


def _by_option(left: Left) -> bool:
    """Is the name of the model that the adapter was trained on that of an option?"""
    model = left.written.model
    return model in left.life.models and model is not None and not isinstance(left.life.base(model).source, str)


RULE = Rule(
    "LL506",
    "adapter-on-other-base",
    "an adapter is loaded onto another base model than it was trained on",
    (Loaded,),
    check,
)
