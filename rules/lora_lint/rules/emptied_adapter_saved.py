"""LL109: a PeftModel is saved after its layers were taken out: the adapter file holds no tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing, merge_of, merged_nested, result_used
from lora_lint.rules.wording import condition_steps, on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A save of an emptied wrapper. Where the merge's result is used by nobody, the merge is the mistake: LL102."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if event.facts.emptied and result_used(lifecycle, event)]
        bad = [event for event in bad if not merged_nested(lifecycle, event)]
        if bad:
            good = [event for event in events if event not in bad]
            yield _report(lifecycle, site, bad, good)


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Saved]], good: list[Event[Saved]]) -> Report:
    event = bad[0]
    assert event.oid is not None
    base = event.life.base(event.oid)
    conditions = differing(bad, good)
    place = place_text(lifecycle, event)
    story: list[Step] = []
    merged = base.merged_at is not None
    emptied_at = base.merged_at if merged else base.stripped_at
    if emptied_at is not None:
        story.append(
            Step(
                emptied_at,
                f"{'merge_and_unload' if merged else 'unload'}() takes the adapter's layers out of this PeftModel",
            )
        )
    story += condition_steps(lifecycle, conditions)
    story.append(Step(site, "writes adapter_config.json and an adapter_model.safetensors without tensors"))
    when = on_condition(lifecycle, conditions)
    message = f"{place} gets an empty adapter: the layers were taken out before this save{when}"
    return Report(
        site,
        message,
        "warning" if good else "error",
        "medium" if good else "high",
        tuple(story),
        facts=(lifecycle, event),
        also=tuple((lifecycle, other) for other in bad[1:]),
    )


def fix(report: Report, editor: Any) -> Any:
    """Safe: the save moves above the merge, where the model still has its layers."""
    from lora_lint.fixes.before_merge import move_before

    lifecycle, save = report.facts
    merge = merge_of(lifecycle, save)
    return move_before(editor, save, merge) if merge is not None else None


RULE = Rule(
    "LL109",
    "emptied-adapter-saved",
    "a PeftModel whose layers were taken out is saved: an empty adapter",
    (Saved,),
    check,
    fix,
    all_paths=True,
)
