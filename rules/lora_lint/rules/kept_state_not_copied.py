"""LL119: a state dict is kept to be put back later, and the training goes on in its very tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Moved, StateTaken, WeightsPut
from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.events.training import PreparedKbit, Stepped, Trained, TrainerMade
from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, same_model

# what may give the parameters other memory: then the tensors that were taken stay as they are
ELSEWHERE = (Moved, Handed, PreparedKbit, TrainerMade)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """What is put back was taken of this model before a step of an optimizer, and not copied."""
    reported: set[Site] = set()
    for put in certain(lifecycle.of(WeightsPut)):
        for taken in (e for e in lifecycle.of(StateTaken) if e.site in put.facts.taken and e.id < put.id):
            step = _stepped(lifecycle, taken, put)
            if step is not None and taken.site not in reported:
                reported.add(taken.site)
                yield _report(taken, step, put)


def _stepped(lifecycle: Lifecycle, taken: Event[StateTaken], put: Event[WeightsPut]) -> Event[Stepped] | None:
    """A step in between that changes the tensors, behind which they are not taken again, or only when a measure is
    better, say. None where they may no longer be the parameters' own."""
    between = [e for e in lifecycle.of(*ELSEWHERE, Trained) if taken.id < e.id < put.id and same_model(e, put)]
    if any(not isinstance(event.facts, Trained) or event.facts.how != "backward" for event in between):
        return None
    again = [e for e in lifecycle.of(StateTaken) if e.site in put.facts.taken and e.id < put.id]
    puts = [e.id for e in lifecycle.of(WeightsPut) if e.site == put.site and taken.id < e.id < put.id]
    for step in certain(lifecycle.of(Stepped)):
        if taken.id < step.id < put.id and not set(put.facts.held).isdisjoint(step.facts.held):
            behind = [event for event in again if event.id > step.id]
            if not behind or (not any(at < step.id for at in puts) and _at_times(behind, step)):
                return step
    return None


def _at_times(behind: list[Event[StateTaken]], step: Event[Stepped]) -> bool:
    """Are they taken in one of two branches, and in the other one not?"""
    asked = [set(event.conditions).difference(step.conditions) for event in behind if event.facts.chosen]
    answers = {condition.site: condition.holds for conditions in asked for condition in conditions}
    either = any(answers[condition.site] != condition.holds for conditions in asked for condition in conditions)
    return len(asked) == len(behind) and all(asked) and not either


def _report(taken: Event[StateTaken], step: Event[Stepped], put: Event[WeightsPut]) -> Report:
    message = "a state dict is no copy: the training goes on in these tensors, and putting them back changes nothing"
    story = (
        Step(step.site, "each step changes the tensors that were taken"),
        Step(put.site, "put back here; the model keeps the weights of its last step"),
    )
    return Report(taken.site, message, "error", "high", story, facts=taken)


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: what the script saves is another moment of the training then, the one that it means."""
    from lora_lint.fixes.copying import cloned

    return cloned(editor, report.facts.site)


RULE = Rule(
    "LL119",
    "kept-state-not-copied",
    "a state dict is put back that shares its tensors with the model, which was trained on",
    (WeightsPut,),
    check,
    fix,
)
