"""LL205: a trained adapter is deleted before it was saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Blended, Deleted
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Oid, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import LOST, best_after, by_site, certain, differing, trained_here
from lora_lint.rules.wording import name_in, on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """delete_adapter on weights that this script trained and that are nowhere else."""
    blended = {name for event in lifecycle.of(Blended) for name in event.facts.sources or ()}
    for site, events in by_site(certain(lifecycle.of(Deleted))).items():
        bad = [(event, adapter) for event in events if (adapter := _lost(lifecycle, event, blended)) is not None]
        if bad:
            yield _report(lifecycle, site, bad, [e for e in events if e not in [b for b, _ in bad]])


def _lost(lifecycle: Lifecycle, event: Event[Deleted], blended: set[object]) -> Oid | None:
    adapters: list[Oid] = event.facts.adapters
    for adapter in adapters:
        record = event.life.adapters[adapter]
        trained = event.life.content(record.token).trained is Sure.YES
        if (
            trained
            and record.name not in blended
            and not _is_worse(event)
            and _is_latest(lifecycle, event, adapter)
            and best_after(lifecycle, event, record.token) in LOST
        ):
            return adapter
    return None


def _is_worse(event: Event[Deleted]) -> bool:
    """A measure decides that this one goes, and another one that was trained stays: the better of the two."""
    if not event.facts.measured or event.oid is None:
        return False
    staying = (event.life.token(a) for a in event.life.held(event.oid) if a not in event.facts.adapters)
    return bool(trained_here(event, staying))


def _is_latest(lifecycle: Lifecycle, event: Event[Deleted], adapter: Oid) -> bool:
    """No other adapter that stays was trained after this one: an earlier one may have been a step on the way."""
    last: dict[Oid, int] = {}
    for training in lifecycle.of(Trained):
        if training.id < event.id:
            last.update(dict.fromkeys(training.facts.adapters, training.id))
    staying = [a for a in event.life.held(event.oid) if a not in event.facts.adapters] if event.oid is not None else []
    return all(last.get(other, -1) < last.get(adapter, -1) for other in staying)


def _report(
    lifecycle: Lifecycle, site: object, bad: list[tuple[Event[Deleted], Oid]], good: list[Event[Deleted]]
) -> Report:
    event, adapter = bad[0]
    name = name_in(event, adapter)
    content = event.life.content(event.life.token(adapter))
    conditions = on_condition(lifecycle, differing([e for e, _ in bad], good))
    message = f"adapter {name} was trained and never saved: deleted here, it is gone{conditions}"
    story = [Step(content.trained_at, f"adapter {name} is trained here")] if content.trained_at is not None else []
    return Report(
        site, message, "error" if not good else "warning", "high", tuple(story), facts=(lifecycle, event, adapter)
    )


def fix(report: Report, editor: Any) -> Any:
    """Safe: only adds a save before the deletion. Where that leaves a PeftModel with no adapter, which no save takes,
    the adapter is switched off instead."""
    from lora_lint.fixes.deleting import save_before, switch_off

    lifecycle, deletion, adapter = report.facts
    later = [e for e in lifecycle.of(Saved) if e.id > deletion.id and e.oid == deletion.oid]
    peft = deletion.life.peft(deletion.oid)
    if peft is not None and later and len(peft.adapters) == 1:
        return switch_off(editor, deletion, later[0])
    return save_before(editor, deletion, deletion.life.adapters[adapter].name, later[0] if later else None)


RULE = Rule(
    "LL205", "adapter-deleted-before-save", "a trained adapter is deleted before it was saved", (Deleted,), check, fix
)
