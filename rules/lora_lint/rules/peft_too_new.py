"""LL507: the script uses what releases of peft have no more that the project may run with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.script import Requires
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Where nothing is asked for, the newest release is installed; a copy of the library, or a commit, may have it."""
    for site, events in by_site(certain(lifecycle.of(Requires))).items():
        for event in [e for e in events if e.facts.until and not lifecycle.guarded(e, "peft")][:1]:
            need = event.facts
            asked = lifecycle.runs_with("peft", f">={need.until}")
            if asked.sure is Sure.NO or asked.unreleased:
                continue
            certainly = asked.sure is Sure.YES
            pin = f"peft{asked.specifier} ({asked.place})" if asked.pinned else ""
            head = f"{pin} {'is' if certainly else 'allows a release'} too new: " if pin else ""
            instead = f"; {need.instead} is what there is now, with the same arguments" if need.instead else ""
            message = f"{head}peft {need.until} and newer have no {need.what}: {need.error}{instead}"
            severity, confidence = ("error", "high") if certainly else ("warning", "medium")
            yield Report(site, message, severity, confidence, facts=need)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the name that there is now; the old one called it. What a call gave was the model that it was given."""
    from lora_lint.fixes.attributes import rename_imported
    from lora_lint.fixes.statements import leave_out_target

    need: Requires = report.facts
    if need.result:
        return leave_out_target(editor, report.site, "the model that it is called with has the weights")
    return rename_imported(editor, report.site, need.what, need.instead) if need.instead else None


RULE = Rule(
    "LL507",
    "peft-too-new",
    "the script uses what newer releases of peft have no more",
    (Requires,),
    check,
    fix,
    preview=True,
)
