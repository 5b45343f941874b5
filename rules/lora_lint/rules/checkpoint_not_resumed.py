"""LL510: the training arguments name a checkpoint to go on from, and the training begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import WeightsPut
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, certain

SETTING = "resume_from_checkpoint"
BY_HAND = ("._load_from_checkpoint", "._load_optimizer_and_scheduler")  # what `train(resume_from_checkpoint)` calls


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Trainings of new adapters whose checkpoint is named in a setting that no trainer reads."""
    for site, events in by_site(certain(lifecycle.of(Trained))).items():
        unread = [event for event in events if event.facts.unread and _begins_anew(lifecycle, event)]
        if unread and not lifecycle.mentioned.calls(*BY_HAND):
            message = (
                f"this training begins anew: no trainer reads `{SETTING}` of its arguments, "
                "the checkpoint has to be given to train()"
            )
            yield Report(site, message, "error", "high", facts=unread[0])


def _begins_anew(lifecycle: Lifecycle, event: Event[Trained]) -> bool:
    """Were the adapters made here, and were no weights put into them? The script may load the checkpoint by itself."""
    made = [event.life.adapters[adapter].origin == "created" for adapter in event.facts.adapters]
    return bool(made) and all(made) and not any(put.id < event.id for put in lifecycle.of(WeightsPut))


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the training then does go on from the checkpoint, and fails where it is not there."""
    from lora_lint.fixes.arguments import resume_as_asked

    return resume_as_asked(editor, report.facts, SETTING)


RULE = Rule(
    "LL510",
    "checkpoint-not-resumed",
    "the checkpoint to resume from is named where no trainer looks for it",
    (Trained,),
    check,
    fix,
    preview=True,
)
