"""LL407: the adapter is switched off while it is trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Disabled, Folded
from lora_lint.lifecycle.events.training import OptimizerMade, Trained, TrainerMade
from lora_lint.lifecycle.records import BaseModel, PeftModel
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing, switched_off
from lora_lint.rules.wording import on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Training with the adapters disabled or merged in place; an optimizer that finds no open parameter meanwhile, and
    raises before there is any training."""
    made = by_site(certain(lifecycle.of(OptimizerMade)))
    empty = {site: [e for e in events if e.facts.empty and switched_off(e)] for site, events in made.items()}
    raising = [event for events in empty.values() for event in events]
    for site, events in by_site(certain(lifecycle.of(Trained))).items():
        bad = [event for event in events if event.facts.disabled and event.facts.active]
        bad = [event for event in bad if not any(_always_before(lifecycle, other, event) for other in raising)]
        if bad:
            good = [event for event in events if event not in bad]
            yield _report(lifecycle, site, bad, good)
    for site, makings in empty.items():
        if makings:
            off = switched_off(makings[0])[0]
            when = on_condition(lifecycle, differing(makings, [e for e in made[site] if e not in makings]))
            message = (
                "the adapter is switched off, which clears requires_grad: "
                f"this optimizer gets an empty parameter list and raises ValueError{when}"
            )
            story = (Step(off, "the adapters are switched off here"),)
            yield Report(site, message, "error", "high", story, facts=(lifecycle, makings[0], off))


def _always_before(lifecycle: Lifecycle, first: AnyEvent, second: AnyEvent) -> bool:
    """Do all paths through the second event come through the first one before?"""
    endings = [ending for ending in lifecycle.endings if second.id in ending.events]
    return first.id < second.id and bool(endings) and all(first.id in ending.events for ending in endings)


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Trained]], good: list[Event[Trained]]) -> Report:
    event = bad[0]
    assert event.oid is not None
    peft = event.life.peft(event.oid)
    state: PeftModel | BaseModel = peft if peft is not None else event.life.base(event.oid)
    folded = state.folded if isinstance(state, PeftModel) else None
    story = []
    if state.disabled is not None:
        story.append(Step(state.disabled, "the adapters are switched off here"))
    elif folded is not None:
        story.append(Step(folded, "merged in place here, and not unmerged: forward passes use the base weights only"))
    how = "merged in place" if state.disabled is None and folded is not None else "switched off"
    when = on_condition(lifecycle, differing(bad, good))
    message = f"the adapter is {how} during this training step, so it gets no gradient{when}"
    off = state.disabled if state.disabled is not None else folded
    return Report(site, message, "error", "high", tuple(story), facts=(lifecycle, event, off))


AGAIN = {
    "disable_adapters": "enable_adapters",
    "disable_adapter_layers": "enable_adapter_layers",
    "merge_adapter": "unmerge_adapter",
}


def fix(report: Report, editor: Any) -> Any:
    """Safe: the adapter is switched on again before it is trained, or trained behind the `with` that has it off."""
    from lora_lint.fixes.switching import move_out, switch_on_again

    lifecycle, training, site = report.facts
    off = [event for event in lifecycle.of(Disabled, Folded) if event.site == site and event.id < training.id]
    if not off:
        return move_out(editor, training)
    between = [e for e in lifecycle.of(OptimizerMade, TrainerMade) if off[-1].id < e.id < training.id]
    return switch_on_again(editor, off[-1], training, between, AGAIN)


RULE = Rule(
    "LL407",
    "train-while-disabled",
    "the adapter is switched off or merged in place while it is trained",
    (Trained, OptimizerMade),
    check,
    fix,
)
