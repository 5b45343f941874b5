"""LL402: the optimizer was made before the adapter, and does not hold its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import OptimizerMade, Stepped
from lora_lint.lifecycle.records import Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, maker, switched_off
from lora_lint.rules.wording import name_in


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A step of an optimizer that does not hold an adapter with a gradient, which no other step holds either."""
    off = {event.site for event in lifecycle.of(OptimizerMade) if event.facts.empty and switched_off(event)}
    reported: set[Site] = off  # there train-while-disabled speaks
    steps = certain(lifecycle.of(Stepped))
    stepped = {adapter for event in steps for adapter in event.facts.held}
    for event in steps:
        made = event.facts.made
        never = [adapter for adapter in event.facts.missed if adapter not in stepped]
        if never and made is not None and made not in reported:
            reported.add(made)
            yield _report(lifecycle, made, event, never[0])


def _report(lifecycle: Lifecycle, made: Site, event: Event[Stepped], adapter: Oid) -> Report:
    record = event.life.adapters[adapter]
    name = name_in(event, adapter)
    message = f"this optimizer does not hold the parameters of adapter {name}: the training below never changes it"
    story = [
        Step(record.site, f"adapter {name} is made here"),
        Step(event.site, "this step leaves the adapter as it is"),
    ]
    return Report(made, message, "error", "high", tuple(story), facts=(lifecycle, made, adapter))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the optimizer, and what is built on it, moves below the wrap; what it held before never changed."""
    from lora_lint.fixes.moving import move_below

    lifecycle, made, adapter = report.facts
    wrap = maker(lifecycle, adapter)
    optimizers = [event for event in lifecycle.of(OptimizerMade) if event.site == made]
    if wrap is None or not optimizers:
        return None
    return move_below(editor, optimizers[-1].statement, wrap, made.module, "make the optimizer after the wrap")


RULE = Rule(
    "LL402",
    "optimizer-before-wrap",
    "the optimizer was made before the wrap and does not hold the adapter",
    (Stepped,),
    check,
    fix,
)
