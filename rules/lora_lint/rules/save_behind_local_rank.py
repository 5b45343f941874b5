"""LL114: a save behind a test of local_rank, which transformers leaves at -1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.records import Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain
from lora_lint.rules.wording import place_text

LEAVES_IT = ">=5.0"  # from this transformers on nothing sets the attribute
INSTEAD = "local_process_index"


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Every path to the save answers a test of the training arguments' local_rank as it is not answered."""
    asked = lifecycle.runs_with("transformers", LEAVES_IT)
    if asked.sure is Sure.NO or asked.unreleased:
        return
    skipped: dict[Site, list[Event[Saved]]] = {}
    for events in by_site(certain(lifecycle.of(Saved))).values():
        tests = [condition.site for condition in events[0].conditions if condition.unlikely]
        if tests and all(any(condition.unlikely for condition in event.conditions) for event in events):
            skipped.setdefault(tests[0], []).append(events[0])
    for test, saves in skipped.items():
        yield _report(lifecycle, test, saves, asked.sure)


def _report(lifecycle: Lifecycle, test: Site, saves: list[Event[Saved]], sure: Sure) -> Report:
    with_release = "" if sure is Sure.YES else " with transformers 5 or newer"
    message = (
        f"local_rank stays -1{with_release}, also under torchrun: nothing is saved to "
        f"{place_text(lifecycle, saves[0])}; {INSTEAD} is the number of the process"
    )
    story = tuple(Step(save.site, "this save is skipped") for save in saves)
    certainly = sure is Sure.YES
    return Report(
        test, message, "error" if certainly else "warning", "high" if certainly else "medium", story, facts=test
    )


def fix(report: Report, editor: Any) -> Any:
    """Safe: the test asks the attribute that transformers sets, which is what local_rank was in older releases."""
    from lora_lint.fixes.attributes import rename_in

    return rename_in(editor, report.facts, "local_rank", INSTEAD)


RULE = Rule(
    "LL114",
    "save-behind-local-rank",
    "a save behind a test of local_rank, which transformers leaves at -1",
    (Saved,),
    check,
    fix,
)
