"""LL112: an adapter is merged into 4-bit or 8-bit weights, and the result is saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Merged
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition, place_text

BITS = {"4bit": "4-bit", "8bit": "8-bit"}


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A merge into quantized weights whose result is written out; merged for inference only, it is a choice."""
    for site, events in by_site(certain(lifecycle.of(Merged))).items():
        bad = [(event, save) for event in events if (save := _saved(lifecycle, event)) is not None]
        if bad:
            yield _report(lifecycle, site, bad, [e for e in events if e not in [b for b, _ in bad]])


def _saved(lifecycle: Lifecycle, merge: Event[Merged]) -> Event[Saved] | None:
    """The save of what this merge returned."""
    assert merge.oid is not None
    root = merge.facts.base
    if merge.life.base(merge.oid).quantized not in BITS or not merge.life.active(merge.oid):
        return None
    for save in certain(lifecycle.of(Saved)):
        if save.id > merge.id and save.oid is not None and save.facts.full and save.life.root(save.oid) == root:
            base = save.life.base(save.oid)
            if base.merged_at == merge.site and base.quantized in BITS:
                return save
    return None


def _report(
    lifecycle: Lifecycle, site: object, bad: list[tuple[Event[Merged], Event[Saved]]], good: list[Event[Merged]]
) -> Report:
    merge, save = bad[0]
    assert merge.oid is not None
    base = merge.life.base(merge.oid)
    bits = BITS[base.quantized]
    when = on_condition(lifecycle, differing([b for b, _ in bad], good))
    somewhere = "on some paths " if good and not when else ""
    message = (
        f"{somewhere}the adapter is merged into {bits} weights, which rounds it, and {place_text(lifecycle, save)} "
        f"gets the {bits} weights: load the base model in full precision to merge{when}"
    )
    usual = " (which is the default)" if merge.life.trait(merge.oid, "small by itself") else ""
    story = (Step(base.site, f"the base model is loaded in {bits} here{usual}"), Step(save.site, "saved here"))
    return Report(site, message, "warning", "high" if not good else "medium", story, facts=(merge, save))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the merge is made on the base model in full precision, which takes the memory for that."""
    from lora_lint.fixes.quantized import merge_in_full_precision

    merge, _ = report.facts
    return merge_in_full_precision(editor, merge)


RULE = Rule(
    "LL112",
    "merge-into-quantized",
    "an adapter is merged into quantized weights, which are saved",
    (Merged,),
    check,
    fix,
)
