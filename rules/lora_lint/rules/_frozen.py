"""What the rules on frozen adapters share: one defect, four causes."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.training import Froze, PartOpened, Trained
from lora_lint.lifecycle.records import Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Step
from lora_lint.rules.questions import differing, trained_otherwise, untrained_by
from lora_lint.rules.wording import name_in, on_condition

BY_HAND = "requires_grad"


def frozen_reports(lifecycle: Lifecycle, cause: str, what: str, consequence: str) -> Iterator[Report]:
    """Reports at the line that froze the adapter: `what` says what the line does, `consequence` what training does."""
    for site, every in untrained_by(lifecycle, cause).items():
        found = [(e, a) for e, a in every if not _next_waits(e) and not _opened_in_part(lifecycle, e, a)]
        if cause == BY_HAND:
            found = [(e, a) for e, a in found if not _has_trained(lifecycle, e, a)]
        if found and not any(_trains_later(lifecycle, e, a) or _waits_for_a_step(lifecycle, e, a) for e, a in found):
            yield _report(lifecycle, site, found, what, consequence)


def _opened_in_part(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid) -> bool:
    """A loop over the model's modules opens some of them before, nobody knows which."""
    return any(adapter in opened.facts.adapters and opened.id < event.id for opened in lifecycle.of(PartOpened))


def _has_trained(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid) -> bool:
    """Its own stage is over: what trains from now on may be weights of the script's own, a prompt before the text. Not
    where it is one round after another."""
    before = (e for e in lifecycle.of(Trained) if adapter in e.facts.adapters and e.id < event.id)
    return any((e.site, e.path) != (event.site, event.path) for e in before)


def _trains_later(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid) -> bool:
    """The adapter waits for a while: it is opened again behind this, and trains."""
    opened = (e.id for e in lifecycle.of(Froze) if e.facts.opened and e.facts.adapter == adapter and e.id > event.id)
    first = next(opened, None)
    return first is not None and any(adapter in e.facts.adapters and e.id > first for e in lifecycle.of(Trained))


def _waits_for_a_step(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid) -> bool:
    """A trainer's own step opens it under a condition that is none of the first step: it comes true at a later one."""
    opened = (e for e in lifecycle.of(Froze) if e.facts.opened and e.facts.adapter == adapter)
    return any(call.site == event.site for e in opened for call in e.path)


def _next_waits(event: Event[Trained]) -> bool:
    """Another adapter could train and was not activated: the frozen one is meant to stay so, and LL206 speaks."""
    adapters = event.life.adapters
    waiting = [adapters[a] for a in event.facts.held if a not in event.facts.active]
    return any(adapter.origin in ("created", "loaded") and adapter.frozen is None for adapter in waiting)


def _report(
    lifecycle: Lifecycle, site: Site, found: list[tuple[Event[Trained], Oid]], what: str, consequence: str
) -> Report:
    event, adapter = found[0]
    good = trained_otherwise(lifecycle, event.site)
    conditions = differing([e for e, _ in found], good)
    name = name_in(event, adapter)
    message = f"{what.format(name=name)}; {consequence}{on_condition(lifecycle, conditions)}"
    story = [Step(event.site, f"trained here: no parameter of adapter {name} requires a gradient")]
    return Report(site, message, "error", "high", tuple(story), facts=(lifecycle, event, adapter))


CONSEQUENCE = (
    "the training below raises (no gradient), or, with gradient checkpointing or where other weights train, ends well "
    "and leaves the adapter as it was"
)
