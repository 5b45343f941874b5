"""LL106: the only save comes before the training: the file holds a fresh adapter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._early import is_early
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing, maker, steps_behind
from lora_lint.rules.wording import on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A save of an untrained adapter that is trained afterwards and not saved again."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if is_early(lifecycle, event)]
        if bad:
            yield _report(lifecycle, site, bad, [event for event in events if event not in bad])


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Saved]], good: list[Event[Saved]]) -> Report:
    event = bad[0]
    adapter: Oid = event.facts.adapters[0]
    on_its_paths = {id for ending in lifecycle.after(event) for id in ending.events}
    trained = (e for e in lifecycle.of(Trained) if e.id > event.id and adapter in e.facts.adapters)
    later = [e for e in trained if e.id in on_its_paths]
    message = (
        f"{place_text(lifecycle, event)} gets the adapter before it is trained (all lora_B are zero), and the "
        f"trained one is saved nowhere{on_condition(lifecycle, differing(bad, good))}"
    )
    story = [Step(later[-1].site, "trained here, after the save")] if later else []
    facts = (lifecycle, event, later[-1] if later else None, adapter)
    return Report(site, message, "warning" if good else "error", "high", tuple(story), facts=facts)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the save moves behind the training, or another one is added there; the early file held nothing trained."""
    from lora_lint.fixes.after_training import save_behind

    lifecycle, save, training, adapter = report.facts
    if training is None:
        return None
    steps = steps_behind(lifecycle, training, adapter)
    return save_behind(editor, save, training, maker(lifecycle, adapter), steps, adapter)


RULE = Rule(
    "LL106",
    "saved-before-training",
    "the adapter is saved before it is trained, and not again",
    (Saved,),
    check,
    fix,
    all_paths=True,
)
