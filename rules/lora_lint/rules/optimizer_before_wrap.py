"""LL402: the optimizer was made before the adapter, and does not hold its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import certain, name_in


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A step of an optimizer that holds none of the adapters that have a gradient."""
    reported: set[Site] = set()
    steps = [e for e in certain(lifecycle.of("stepped")) if e.facts["adapters"]]
    fine = {event.facts["made"] for event in steps if len(event.facts["missed"]) < len(event.facts["adapters"])}
    for event in steps:
        made = event.facts["made"]
        if made is None or made in fine or made in reported:
            continue
        reported.add(made)
        yield _report(made, event)


def _report(made: Site, event: Event) -> Report:
    adapter = event.facts["missed"][0]
    record = event.life.adapters[adapter]
    name = name_in(event, adapter)
    message = f"this optimizer does not hold the parameters of adapter {name}: the training below never changes it"
    story = [
        Step(record.site, f"adapter {name} is made here"),
        Step(event.site, "this step leaves the adapter as it is"),
    ]
    return Report(made, message, "error", "high", tuple(story), facts=event)


RULE = Rule(
    "LL402", "optimizer-before-wrap", "the optimizer was made before the wrap and does not hold the adapter", ("stepped",), check
)
