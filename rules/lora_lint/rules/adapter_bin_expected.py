"""LL501: code that looks for adapter_model.bin, which is not what PEFT writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Expected, Named, Removed, Saved, WeightsNamed
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.files import OLD_WEIGHTS, WEIGHTS
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain

OTHERS = (".safe", "adapter_model*", "adapter_model.*")  # in texts that ask for the new file, too
REMOVING = (".unlink", "os.remove", "os.unlink", "shutil.rmtree")


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A read of or test for the old file, in a script that never asks for the new one; nobody writes the old one."""
    expected = [event for event in certain(lifecycle.of(Expected)) if event.facts.name == OLD_WEIGHTS]
    expected = [e for e in expected if _may_be_written(lifecycle, e) and not lifecycle.guarded(e, "peft")]
    if any(map(lifecycle.mentioned.texts, OTHERS)) or lifecycle.mentioned.calls(*REMOVING):
        # what one search does not find another may, or what it finds is from long ago, and to be removed
        expected = [event for event in expected if event.facts.how != "searched"]
    if not expected or lifecycle.mentioned.texts(WEIGHTS) or _written(lifecycle):
        return
    release = lifecycle.runs_with("peft", "<0.7")  # which writes that file
    if release.sure is Sure.YES or release.unreleased or lifecycle.old_weights_beside():
        return
    for site, events in by_site(lifecycle.of(Named)).items():
        asked = [event for event in expected if event.id > events[0].id]
        if asked:
            yield _report(site, asked)


def _may_be_written(lifecycle: Lifecycle, event: Event[Expected]) -> bool:
    """Is the folder one that this script writes to, or a checkpoint that it resumes, which is its own? Another one may
    be from long ago, when that file was written."""
    place = event.facts.place
    if place is None:
        return True
    known = {other for ending in lifecycle.endings for other in ending.life.disk}
    known |= {save.facts.place for save in lifecycle.of(Saved) if save.facts.place is not None}
    known |= {event.facts.resumes for event in lifecycle.of(Trained) if event.facts.resumes is not None}
    return any(place.same_by_default(other) or place.under(other) or other.under(place) for other in known)


def _written(lifecycle: Lifecycle) -> bool:
    """The script writes the old file itself, or only looks for it to remove it."""
    for save in lifecycle.of(Saved):
        if any(OLD_WEIGHTS in files.names for files in save.facts.files):
            return True
    return lifecycle.has(WeightsNamed) or any(removed.facts.name == OLD_WEIGHTS for removed in lifecycle.of(Removed))


def _report(site: object, asked: list[Event[Expected]]) -> Report:
    read = next((event for event in asked if event.facts.how == "read"), None)
    first = read or asked[0]
    tested = any(event.facts.how == "exists" for event in asked)
    what = "this file is not there" if read else "the test never succeeds" if tested else "the search finds none"
    message = f"PEFT writes {WEIGHTS}, not {OLD_WEIGHTS}: {what}"
    story = (Step(first.site, "read here" if read else "looked for here"),)
    same = [event for event in asked if event.facts.place == first.facts.place]
    return Report(site, message, "error" if read else "warning", "high", story, facts=[first, *same])


def fix(report: Report, editor: Any) -> Any:
    """Safe: the name of the file that is there, read by safetensors; before, it raised or the test never succeeded."""
    from lora_lint.fixes.files import other_file

    reads: list[Event[Expected]] = report.facts
    if any(read.facts.how == "searched" for read in reads):
        return None  # who reads what is found is not seen
    return other_file(editor, report.site, reads, OLD_WEIGHTS, WEIGHTS)


RULE = Rule(
    "LL501",
    "adapter-bin-expected",
    "adapter_model.bin is expected where PEFT writes adapter_model.safetensors",
    (Expected,),
    check,
    fix,
)
