"""The verdict on a script: confirmed, failed, or inconclusive with the reason. An open question is never a pass."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.comparing import Site, same_place
from lora_lint_runner.observed import Observed

CONFIRMED, FAILED, INCONCLUSIVE = "confirmed", "failed", "inconclusive"
EXIT = {CONFIRMED: 0, FAILED: 1, INCONCLUSIVE: 3}


class Verdict(NamedTuple):
    """What the runs prove, in a word and in a sentence."""

    word: str
    reason: str

    @property
    def exit(self) -> int:
        return EXIT[self.word]


def judge(after: Observed, sites: Sequence[Site], remaining: Sequence[lora_lint.Finding]) -> Verdict:
    """Judges the corrected script's run."""
    reached = [s for s in sites if s.verdict != "not reached" and s.predicted]
    contradicted = [s for s in reached if s.verdict == "contradicted"]
    lost = _unusable(after, reached)
    if contradicted:
        site = contradicted[0]
        return Verdict(FAILED, f"line {site.row} did not write what was predicted: {site.why}")
    if after.error is not None:
        if lost and after.reason not in ("package", "file", "arguments", "network", "column"):
            return Verdict(FAILED, f"{lost}; the script then stopped: {after.error}")
        return Verdict(INCONCLUSIVE, _stopped(after))
    if lost:
        return Verdict(FAILED, lost)
    if after.complaint is not None:
        return Verdict(INCONCLUSIVE, f"what was written could not be looked at: {after.complaint}")
    if not _touches_peft(after):
        return Verdict(INCONCLUSIVE, "the script has no PEFT model: there is nothing to confirm")
    if not reached:
        if not sites:
            return Verdict(INCONCLUSIVE, _no_site(after, remaining))
        unpredicted = [s for s in sites if not s.predicted]
        if unpredicted:
            return Verdict(
                INCONCLUSIVE, f"line {unpredicted[0].row} saves a model, and the analysis predicted nothing there"
            )
        return Verdict(INCONCLUSIVE, "no save site was reached in the few steps of this run")
    if not any(s.verdict == "confirmed" for s in reached):
        return Verdict(INCONCLUSIVE, f"the save at line {reached[0].row} failed: {reached[0].why}")
    nowhere, checkpoint = _nowhere(after)
    losing = [f for f in remaining if f.severity == "error" and f.code.startswith("LL1")]
    if losing and nowhere is None and not _kept(after) and after.steps:
        codes = ", ".join(sorted({f.code for f in losing}))
        return Verdict(
            INCONCLUSIVE, f"no usable adapter was left; {codes} stays uncorrected (no safe fix, or none at all)"
        )
    if nowhere is not None:
        codes = ", ".join(sorted({f.code for f in remaining}))
        if remaining:
            return Verdict(INCONCLUSIVE, f"{nowhere}; {codes} stays uncorrected (no safe fix, or none at all)")
        if not checkpoint:
            return Verdict(INCONCLUSIVE, f"{nowhere}, as far as this run can see")
        return Verdict(CONFIRMED, f"every save wrote what was predicted ({nowhere})")
    return Verdict(CONFIRMED, "the adapter files appear" if _kept(after) else "every save wrote what was predicted")


def _unusable(after: Observed, reached: Sequence[Site]) -> str | None:
    """A predicted adapter that is not there, or cannot be used."""
    for site in reached:
        if not site.adapter or site.verdict == "inconclusive":
            continue
        for place in site.predicted:
            found = [a for a in after.adapters if not a["checkpoint"] and _is(a["directory"], place, site.hub)]
            if not found and _moved(after):
                continue
            if not found:
                return f"no adapter was left in {place} (line {site.row})"
            problems = [(a["directory"], _counted(a, site)) for a in found if _counted(a, site)]
            if len(problems) == len(found) or ("..." not in place and problems):
                return f"the adapter in {problems[0][0]} is not usable: {problems[0][1][0]}"
    return None


def _moved(after: Observed) -> bool:
    """Is there a usable adapter where no save has put one? Then the script moved it there."""
    written = {folder for save in after.saves for folder in save["files"]}
    return any(a["usable"] and not a["checkpoint"] and a["directory"] not in written for a in after.adapters)


def _counted(adapter: dict[str, Any], site: Site) -> list[str]:
    """Problems that count: an adapter that was not to be trained need not be."""
    return [p for p in adapter["problems"] if site.trained or not p.startswith("not trained")]


def _is(directory: str, place: str, hub: bool) -> bool:
    if hub:
        return directory.startswith("hub:") and same_place(place, directory[4:])
    return same_place(place, directory)


def _nowhere(after: Observed) -> tuple[str | None, bool]:
    """Says where the trained adapter was left, if it is nowhere outside of checkpoints, and whether it is in one."""
    trained = any(e["kind"] == "trained" for e in after.events) and after.steps > 0
    if not trained or _kept(after) or not _wrapped(after):
        return None, False
    if any(e["kind"] == "weights_saved" for e in after.events):
        return None, False
    checkpoint = next((a["directory"] for a in after.adapters if a["checkpoint"] and a["usable"]), None)
    if checkpoint is not None:
        return f"the trained adapter is only left in the checkpoint {checkpoint}", True
    return "the trained adapter was saved nowhere", False


def _kept(after: Observed) -> list[str]:
    return [a["directory"] for a in after.adapters if a["usable"] and not a["checkpoint"]]


def _wrapped(after: Observed) -> bool:
    return any(e["kind"] in ("wrapped", "added", "loaded") for e in after.events)


def _touches_peft(after: Observed) -> bool:
    return _wrapped(after) or bool(after.adapters) or "peft" in after.versions


def _stopped(after: Observed) -> str:
    filename, row = after.where
    place = f"{os.path.basename(filename)}:{row}: " if filename and row else ""
    return f"{place}{after.error}"


def _no_site(after: Observed, remaining: Sequence[lora_lint.Finding]) -> str:
    if remaining:
        codes = ", ".join(sorted({f.code for f in remaining}))
        return f"nothing is saved, and {codes} stays uncorrected"
    return "the script saves no model: there is nothing to confirm"
