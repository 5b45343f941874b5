"""LL403: the adapter's own parameters are frozen after the wrap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import PartOpened, Trained
from lora_lint.lifecycle.records import Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._frozen import CONSEQUENCE, frozen_reports
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain
from lora_lint.rules.wording import name_in


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A loop or requires_grad_(False) that reaches the adapter, and nothing that opens it again before the training."""
    what = "this freezes the adapter {name} too (the wrap has frozen the base model already)"
    yield from frozen_reports(lifecycle, "requires_grad", what, CONSEQUENCE)
    yield from _copies_alone(lifecycle)


def _copies_alone(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter that is made here, of which nothing but its copies of modules ever trains."""
    opened = {adapter for event in lifecycle.of(PartOpened) for adapter in event.facts.adapters}
    trained: dict[Oid, list[tuple[Event[Trained], Site | None]]] = {}
    for event in lifecycle.of(Trained):
        for adapter in event.facts.adapters:
            trained.setdefault(adapter, []).append((event, dict(event.facts.copies).get(adapter)))
    found: dict[Site, tuple[Event[Trained], Oid]] = {}
    for adapter, trainings in trained.items():
        event, site = trainings[0]
        made_here = event.life.adapters[adapter].origin == "created"
        if site is not None and made_here and adapter not in opened and all(at is not None for _, at in trainings):
            if certain([event]):
                found.setdefault(site, (event, adapter))
    for site, (event, adapter) in found.items():
        name = name_in(event, adapter)
        message = (
            f"this freezes the layers of adapter {name} too (the wrap has frozen the base model already): only the "
            "modules that it saves whole are trained, and its layers stay as they were made"
        )
        story = (Step(event.site, "trained here"),)
        yield Report(site, message, "warning", "high", story, facts=(lifecycle, event, adapter))


def fix(report: Report, editor: Any) -> Any:
    """Safe: what freezes the adapter goes; the wrap has frozen the base model already."""
    from lora_lint.fixes.statements import remove_freezing

    return remove_freezing(editor, report.site, "do not freeze the adapter: the wrap has frozen the base model")


RULE = Rule(
    "LL403", "frozen-adapter", "the adapter's own parameters are frozen before training", (Trained,), check, fix
)
