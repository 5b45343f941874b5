"""LL401: training goes on after the merge, on a model without a trainable parameter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Merged, Unloaded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._merged import is_merged
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A plain model that adapters were folded into keeps its weights frozen."""
    reported: set[Site] = set()
    for site, events in by_site(certain(lifecycle.of(Trained))).items():
        bad = [event for event in events if is_merged(event)]
        if not bad:
            continue
        good = [event for event in events if event not in bad]
        place = _call(site, bad[0], good)
        if place not in reported:
            reported.add(place)
            yield _report(lifecycle, place, bad, [] if place != site else good)


def _call(site: Site, event: Event[Trained], good: list[Event[Trained]]) -> Site:
    """The line that is wrong: the training itself, or the call of a helper that elsewhere trains rightly."""
    if not good:
        return site
    for i, call in enumerate(event.path):
        if all(len(other.path) <= i or other.path[i].site != call.site for other in good):
            return call.site
    return site


def _report(lifecycle: Lifecycle, site: Site, bad: list[Event[Trained]], good: list[Event[Trained]]) -> Report:
    event = bad[0]
    assert event.oid is not None
    base = event.life.base(event.oid)
    at = base.merged_at if base.merged else base.stripped_at
    message = (
        "training goes on after the merge: the plain model has no parameter that requires a gradient, so this raises"
        f"{on_condition(lifecycle, differing(bad, good))}"
    )
    story = [Step(at, "merged here: the base model's weights stay frozen")] if at is not None else []
    return Report(site, message, "error", "high" if not good else "medium", tuple(story), facts=(lifecycle, at))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the merge goes, so the adapter is trained on and saved as an adapter."""
    from lora_lint.fixes.statements import leave_out_call

    lifecycle, at = report.facts
    merges = [event for event in lifecycle.of(Merged, Unloaded) if event.site == at]
    return leave_out_call(editor, merges[-1], "do not merge before the training") if merges else None


RULE = Rule("LL401", "train-after-merge", "training goes on after the adapter was merged away", (Trained,), check, fix)
