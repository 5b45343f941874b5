"""LL403: the adapter's own parameters are frozen after the wrap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.training import Froze, PartOpened, Trained
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Keeping, Oid, Site, Sure
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
    yield from _beside_another(lifecycle)


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


def _beside_another(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter that is made here, frozen while that of another model trains, and saved along with it. Not a copy of
    one, which is what the trained one is held against."""
    trainings = certain(lifecycle.of(Trained))
    in_training = {adapter for event in lifecycle.of(Trained) for adapter in event.facts.held}
    opened = {adapter for event in lifecycle.of(PartOpened) for adapter in event.facts.adapters}
    opened |= {event.facts.adapter for event in lifecycle.of(Froze) if event.facts.opened}
    reported: set[Site] = set()
    for event in certain(lifecycle.of(Froze)):
        adapter = event.facts.adapter
        later = [training for training in trainings if training.id > event.id and training.facts.adapters]
        if adapter in in_training | opened or not later or event.site in reported:
            continue
        endings = lifecycle.after(event)
        if endings and all(_saved_as_made(ending.life, adapter) for ending in endings):
            reported.add(event.site)
            name = name_in(event, adapter)
            message = (
                f"this freezes the adapter {name} too (the wrap has frozen the base model already): while another one "
                "trains it stays as it was made, and is saved so"
            )
            story = (Step(later[0].site, "another adapter is trained here"),)
            yield Report(event.site, message, "error", "high", story)


def _saved_as_made(life: Life, adapter: Oid) -> bool:
    record = life.adapters.get(adapter)
    if record is None or record.origin != "created" or record.frozen is None or record.frozen.cause != "requires_grad":
        return False
    if record.copy_of is not None:
        return False
    return life.content(record.token).trained is Sure.NO and life.keeping(record.token) is Keeping.KEPT


def fix(report: Report, editor: Any) -> Any:
    """Safe: what freezes the adapter goes; the wrap has frozen the base model already."""
    from lora_lint.fixes.statements import remove_freezing

    if report.facts is None:  # it may be meant for other models of the script, too
        return None
    return remove_freezing(editor, report.site, "do not freeze the adapter: the wrap has frozen the base model")


RULE = Rule(
    "LL403", "frozen-adapter", "the adapter's own parameters are frozen before training", (Trained,), check, fix
)
