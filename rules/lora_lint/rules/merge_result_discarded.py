"""LL102: the merged model that `merge_and_unload()` returns is thrown away, and the emptied wrapper is used on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.script import Discarded
from lora_lint.lifecycle.records import Keeping, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, merge_of, merged_nested, result_used
from lora_lint.rules.wording import place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A merge whose result nobody uses, while the wrapper that it emptied is saved."""
    seen: set[Site] = set()
    for save in certain(lifecycle.of(Saved)):
        if not save.facts.emptied or result_used(lifecycle, save) or merged_nested(lifecycle, save):
            continue
        site, merge = _place(lifecycle, save)
        if site is None or site in seen:
            continue
        seen.add(site)
        yield _report(lifecycle, site, merge, save)


def _place(lifecycle: Lifecycle, save: Event[Saved]) -> tuple[Site | None, Site | None]:
    """The call that drops the result: the merge itself, or the call of a helper that returned it."""
    assert save.oid is not None
    root = save.life.root(save.oid)
    base = save.life.base(save.oid)
    merge = base.merged_at or base.stripped_at
    before = {event for ending in lifecycle.after(save) for event in ending.events}
    for dropped in lifecycle.of(Discarded):
        if dropped.oid == root and dropped.id in before and dropped.id < save.id:
            return dropped.site, merge
    return merge, merge


def _report(lifecycle: Lifecycle, site: Site, merge: Site | None, save: Event[Saved]) -> Report:
    story: list[Step] = []
    if merge is not None and merge != site:
        story.append(Step(merge, "the layers are taken out here; the merged model is the value of this call"))
    story.append(Step(save.site, f"{place_text(lifecycle, save)} gets an adapter_model.safetensors without tensors"))
    message = (
        "the merged model is returned, not made in place: its result is thrown away, and the emptied PeftModel is saved"
    )
    return Report(site, message, "error", "high", tuple(story), facts=(lifecycle, site, save))


def fix(report: Report, editor: Any) -> Any:
    """The save moves above the merge; where the adapter is kept already, the merge's result gets the name instead."""
    from lora_lint.fixes.before_merge import move_before
    from lora_lint.fixes.saving import keep_result

    lifecycle, site, save = report.facts
    merge = merge_of(lifecycle, save)
    if merge is None:
        return None
    base = save.life.base(save.oid)
    kept = all(save.life.keeping(token) is Keeping.KEPT for token in (*base.merged, *base.stripped))
    return keep_result(editor, merge, site, len(save.path)) if kept else move_before(editor, save, merge)


RULE = Rule(
    "LL102",
    "merge-result-discarded",
    "the result of merge_and_unload() is thrown away and the emptied PeftModel is saved",
    (Saved,),
    check,
    fix,
    all_paths=True,
)
