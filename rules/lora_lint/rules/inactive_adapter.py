"""LL206: an adapter is added to be trained, and another one is active while training goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Added, Blended, Loaded, Merged
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._idle import is_idle, meant_to_train
from lora_lint.rules._unmerged import merged_without
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, others_train, trained_here
from lora_lint.rules.wording import shown_name

POSITIONS = {Added: 0, Loaded: 1, Blended: 2}  # of an adapter's name among what a call is given


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The next task's adapter stays untrained, a blend, or the second of two that are loaded, is left out of the merge:
    what makes an adapter does not activate it."""
    for site, events in by_site(certain(lifecycle.of(Added, Loaded))).items():
        mine = [e for e in events if _is_further(lifecycle, e) and lifecycle.after(e)]
        next_task = [e for e in mine if meant_to_train(e)]  # in a loop the first may come before any training
        if next_task and all(is_idle(lifecycle, e) for e in mine):
            yield _report(lifecycle, site, next_task[0])
    for site, made in by_site(certain(lifecycle.of(Blended, Loaded))).items():
        merges = [merge for each in made if (merge := merged_without(lifecycle, each)) is not None]
        if len(merges) == len(made):
            yield _report_unmerged(site, made[0], merges[0])


def _report_unmerged(site: object, event: Event[Blended | Loaded], merge: Event[Merged]) -> Report:
    shown = shown_name(event.facts.name)
    it = shown if isinstance(event.facts.name, str) else "it"
    how = "loaded" if isinstance(event.facts, Loaded) else "computed"
    message = f"{shown} is {how} but not activated: the merge below folds in what was active before, without {it}"
    return Report(site, message, "error", "high", (Step(merge.site, "merged here"),), facts=event)


def _is_further(lifecycle: Lifecycle, event: Event[Added | Loaded]) -> bool:
    """A new adapter on a PeftModel; a loaded one that is to train, where the training trains nothing, or the save after
    it asks for the loaded one alone."""
    if isinstance(event.facts, Added):
        return not event.facts.integration and not event.facts.problem
    if event.facts.onto != "peft" or not event.facts.trainable:
        return False  # one that stays frozen is to compare with, or a reference
    idle = [e for e in certain(lifecycle.of(Trained)) if e.id > event.id and not others_train(e)]
    trains_nothing = bool(idle) and all(e.facts.frozen and not e.facts.adapters for e in idle)
    return trains_nothing or _saved_alone(lifecycle, event)


def _saved_alone(lifecycle: Lifecycle, event: Event[Added | Loaded]) -> bool:
    """Is the adapter asked for by name in a save after a training, and nothing that was trained saved?"""
    trained = [e.id for e in lifecycle.of(Trained) if e.id > event.id]
    saves = [save for save in certain(lifecycle.of(Saved)) if trained and save.id > trained[0]]
    asked = [
        save
        for save in saves
        if event.facts.name in (save.facts.selected or ()) and event.facts.adapter in save.facts.adapters
    ]
    return bool(asked) and not any(trained_here(save, save.facts.tokens) for save in saves)


def _report(lifecycle: Lifecycle, site: object, event: Event[Added | Loaded]) -> Report:
    shown = shown_name(event.facts.name)
    message = (
        f"{shown} is {event.kind} but not activated: the training below trains what was active before, "
        f"and {shown} stays untrained"
    )
    trained = [e for e in lifecycle.of(Trained) if e.id > event.id and e.oid is not None]
    story = [Step(trained[0].site, "trained here, with another adapter active")] if trained else []
    return Report(site, message, "error", "high", tuple(story), facts=event)


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: activates the new adapter, which then trains, or is merged, instead of the other one."""
    from lora_lint.fixes.statements import call_after, name_given

    event: Event[Added | Loaded | Blended] = report.facts
    name = event.facts.name
    if not isinstance(name, str):
        return None
    code = name_given(event.site, POSITIONS[type(event.facts)]) or f'"{name}"'
    return call_after(editor, event, "set_adapter", code, "activate it", safe=False)


RULE = Rule(
    "LL206",
    "inactive-adapter",
    "an adapter is added to be trained while another one is active",
    (Added, Loaded, Blended),
    check,
    fix,
)
