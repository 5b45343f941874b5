"""LL509: the checkpoint is taken whose name comes last in the alphabet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import PickedByName, Saved
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain

NAMED = "checkpoint-"  # and the number of the step, without zeros before it: transformers 5.23, `PREFIX_CHECKPOINT_DIR`


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Of a trainer's checkpoints, which are several, one is picked by its name."""
    for site, picks in by_site(lifecycle.of(PickedByName)).items():
        trainings = [event for event in certain(lifecycle.of(Trained)) if _fills(event, picks[0].facts)]
        asked = picks[0].facts.pattern.startswith(NAMED)
        if not (asked or trainings) or _names_itself(lifecycle) or any(e.facts.keeps == 1 for e in trainings):
            continue
        message = (
            "the checkpoint is taken whose name comes last in the alphabet, which need not be the last one: "
            '"checkpoint-500" sorts behind "checkpoint-1000"'
        )
        story = tuple(Step(event.site, "the trainer writes them here") for event in trainings[:1])
        yield Report(site, message, "warning", "medium", story, facts=picks[0].facts)


def _fills(training: Event[Trained], picked: PickedByName) -> bool:
    """Does a trainer write its checkpoints to the folder that is listed?"""
    place, facts = picked.folder, training.facts
    return place is not None and facts.checkpoints and facts.output_dir is not None and facts.output_dir.same(place)


def _names_itself(lifecycle: Lifecycle) -> bool:
    """Does the script name checkpoints by itself? Their numbers may have zeros before them."""
    places = [event.facts.place for event in lifecycle.of(Saved) if not event.facts.implicit]
    return any(place is not None and NAMED in str(place.segments[-1:]) for place in places)


def fix(report: Report, editor: Any) -> Any:
    """Only where the names are known to end in numbers."""
    from lora_lint.fixes.arguments import set_keyword

    picked: PickedByName = report.facts
    if picked.pattern != f"{NAMED}*":
        return None
    key = 'lambda path: int(str(path).rpartition("-")[2])'
    return set_keyword(editor, picked.sorted_at, "key", key, "order the checkpoints by their numbers", safe=True)


RULE = Rule(
    "LL509",
    "checkpoint-by-name",
    "the checkpoint is taken whose name comes last in the alphabet",
    (PickedByName,),
    check,
    fix,
    preview=True,
)
