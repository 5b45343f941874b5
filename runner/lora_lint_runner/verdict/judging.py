"""The verdict on a script: confirmed, failed, or inconclusive with the reason. An open question is never a pass."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.child.verify.problem import UNTRAINED
from lora_lint_runner.verdict.comparing import ELSEWHERE, Site, same_place
from lora_lint_runner.verdict.observed import WARNING, Observed, Spot

CONFIRMED, FAILED, INCONCLUSIVE = "confirmed", "failed", "inconclusive"
NOT_THE_SCRIPTS = ("package", "file", "arguments", "network", "column")  # reasons to stop that the run has brought in
ENDED = ("time", "memory", "disk", "died")  # reasons after which nobody knows what else was to come
# commands, as they are written down where they are not run, that go on with the script's work
STARTS_TRAINING = re.compile(r"command (\S*/)?(python[\d.]*|accelerate|torchrun|deepspeed) (?!-m pip\b).*: not run")
EXIT = {CONFIRMED: 0, FAILED: 1, INCONCLUSIVE: 3}


class Verdict(NamedTuple):
    """What the runs prove, in a word and in a sentence."""

    word: str
    reason: str

    @property
    def exit(self) -> int:
        return EXIT[self.word]


class Facts(NamedTuple):
    """What is judged: the corrected script's run, its save sites, the findings that stay, whether the analysis saw
    anything of PEFT in it, the corrections that the run did not come to, the cells that are not Python, and whether the
    script is a module that does nothing by itself."""

    after: Observed
    sites: Sequence[Site]
    remaining: Sequence[lora_lint.Finding]
    peft: bool
    untried: Sequence[Spot] = ()
    left_out: Sequence[str] = ()
    only_defines: bool = False

    @property
    def reached(self) -> list[Site]:
        return [s for s in self.sites if s.verdict != "not reached" and s.predicted]


def judge(facts: Facts) -> Verdict:
    """The verdict: that of the first question that has one, else confirmed."""
    verdict = next((v for v in (question(facts) for question in QUESTIONS) if v is not None), None)
    if verdict is None:
        kept = _kept(facts.after)
        verdict = Verdict(CONFIRMED, "the adapter files appear" if kept else "every save wrote what was predicted")
        if kept and (still := _still(facts.after)):
            verdict = verdict._replace(reason=f"{verdict.reason}, but nothing has moved in {still[0]}")
    verdict = verdict if not facts.after.lacking else _beyond(facts, verdict)
    verdict = verdict if not facts.left_out else _without_cells(facts, verdict)
    return _of_correction(facts, verdict) if facts.untried and verdict.word == CONFIRMED else verdict


def _of_correction(facts: Facts, verdict: Verdict) -> Verdict:
    """What a script saves elsewhere says nothing of a correction that was not reached."""
    places = ", ".join(spot.text for spot in facts.untried)
    them, it = ("corrections", "them") if len(facts.untried) > 1 else ("correction", "it")
    return Verdict(
        INCONCLUSIVE, f"the {them} at {places} did not run, so nothing speaks for {it}; else {verdict.reason}"
    )


def _beyond(facts: Facts, verdict: Verdict) -> Verdict:
    """The script does not run in this environment as it is. What stands in for something known, before there was an
    adapter to lose, takes nothing away from the proof of a trained one; all else is said first and proves nothing."""
    lacking = facts.after.lacking
    more = f" (and {len(lacking) - 1} more of the kind)" if len(lacking) > 1 else ""
    proved = _proved(facts) or _nowhere(facts.after)[1]
    if verdict.word == CONFIRMED and all(lack.harmless for lack in lacking) and proved:
        return Verdict(CONFIRMED, f"{verdict.reason}, with stand-ins for what is not here: {lacking[0].text}{more}")
    first = next((lack for lack in lacking if not lack.harmless), lacking[0])
    return Verdict(INCONCLUSIVE, f"{first.text}{more}. With stand-ins for that: {verdict.reason}")


def _without_cells(facts: Facts, verdict: Verdict) -> Verdict:
    """A notebook with cells that are not Python: the others may prove an adapter, or stop for want of those."""
    more = f" (and {len(facts.left_out) - 1} more of the cells)" if len(facts.left_out) > 1 else ""
    if verdict.word != INCONCLUSIVE:
        return verdict._replace(reason=f"{verdict.reason}; left out is {facts.left_out[0]}{more}")
    return verdict._replace(reason=f"{facts.left_out[0]}{more}. Without that: {verdict.reason}")


def _contradicted(facts: Facts) -> Verdict | None:
    for site in facts.reached:
        if site.verdict == "contradicted":
            return Verdict(FAILED, f"line {site.row} did not write what was predicted: {site.why}")
    return None


def _stopped(facts: Facts) -> Verdict | None:
    after = facts.after
    if after.error is None:
        return None
    lost = _unusable(after, facts.reached)
    if lost and after.reason not in NOT_THE_SCRIPTS:
        return Verdict(FAILED, f"{lost}; the script then stopped: {after.error}")
    place = f"{after.where.text}: " if after.where is not None else ""
    if after.reason not in ENDED and (proved := _proved(facts)):
        open_ = [s for s in facts.sites if s.verdict != "confirmed"]
        where = after.where.text if after.where is not None else "its end"
        text = f"saved and proved in {proved}; afterwards the script stopped at {where}: {after.error}"
        return Verdict(INCONCLUSIVE if open_ else CONFIRMED, text)
    return Verdict(INCONCLUSIVE, f"{place}{after.error}")


def _proved(facts: Facts) -> str | None:
    """Where the adapter is that was trained and saved as predicted, if it is usable."""
    after = facts.after
    trained = [a for a in after.adapters if a["usable"] and a["trained"] is not False and not a["checkpoint"]]
    sites = [s for s in facts.reached if s.adapter and s.verdict == "confirmed"] if after.steps else []
    places = [(place, site.hub) for site in sites for place in site.predicted]
    found = next((a["directory"] for a in trained if any(_is(a["directory"], *place) for place in places)), None)
    return found or _proved_without_config(facts)


def _proved_without_config(facts: Facts) -> str | None:
    """Where all tensors of a trained adapter are that has no config of its own, saved as predicted."""
    confirmed = {s.row for s in facts.reached if s.verdict == "confirmed"}
    saves = [s for s in facts.after.saves if s.get("trained") and s["error"] is None and s["row"] in confirmed]
    return next((str(s["place"]) for s in saves), None)


def _lost(facts: Facts) -> Verdict | None:
    lost = _unusable(facts.after, facts.reached)
    return Verdict(FAILED, lost) if lost else None


def _unmerged(facts: Facts) -> Verdict | None:
    for merged in facts.after.merged:
        if merged.get("holds") is False:
            place = merged["directory"]
            return Verdict(FAILED, f"the merged model in {place} does not hold the adapter: {merged['text']}")
    return None


def _twice(facts: Facts) -> Verdict | None:
    for merged in facts.after.merged:
        if merged.get("twice"):
            place = merged["directory"]
            why = "from_pretrained of that directory applies the adapter a second time"
            return Verdict(FAILED, f"the merged model in {place} lies beside the adapter that it holds: {why}")
    return None


def _unseen(facts: Facts) -> Verdict | None:
    why = facts.after.complaint
    return Verdict(INCONCLUSIVE, f"what was written could not be looked at: {why}") if why is not None else None


def _without_peft(facts: Facts) -> Verdict | None:
    if _wrapped(facts.after) or facts.after.adapters:
        return None
    if facts.only_defines and not facts.after.events:
        return Verdict(INCONCLUSIVE, "the file only defines functions and classes: run the script that calls them")
    if facts.peft:
        return None
    return Verdict(INCONCLUSIVE, "the script has no PEFT model: there is nothing to confirm")


def _taken_away(facts: Facts) -> Verdict | None:
    """Adapters that lay in a temporary directory which is gone: what became of them before is not seen."""
    gone = [s for s in facts.reached if s.adapter and s.verdict == "confirmed" and _temporary(facts.after, s)]
    if not gone or facts.after.adapters:
        return None
    why = "whether the script has taken it elsewhere before is not seen here"
    return Verdict(
        INCONCLUSIVE, f"the temporary directory that the adapter was saved in (line {gone[0].row}) is gone: {why}"
    )


def _uncorrected(facts: Facts) -> Verdict | None:
    """A finding on a lost adapter that no fix has taken away."""
    losing = [f for f in facts.remaining if f.code.startswith("LL1")]
    if not losing or _kept(facts.after) or not facts.after.steps:
        return None
    left = _nowhere(facts.after)[0] or "no usable adapter was left"
    return Verdict(INCONCLUSIVE, f"{left}; {_codes(losing)} stays uncorrected (no safe fix, or none at all)")


def _not_reached(facts: Facts) -> Verdict | None:
    if facts.reached:
        return None
    blocked = next((text for text in facts.after.neutralised if STARTS_TRAINING.match(text)), None)
    if blocked is not None and not facts.after.steps:
        return Verdict(
            INCONCLUSIVE, f"the script leaves the training to another process, which is not started: {blocked}"
        )
    unpredicted = [s for s in facts.sites if not s.predicted]
    if unpredicted:
        return Verdict(INCONCLUSIVE, f"line {unpredicted[0].row} saves a model; the analysis predicted nothing there")
    if facts.sites and not facts.after.steps:
        said = [line for line in facts.after.output if not WARNING.match(line)]
        last = f"; its last line: {said[-1]}" if said else ""
        end = f"ends itself at {facts.after.left_at.text}" if facts.after.left_at is not None else "came to its end"
        return Verdict(INCONCLUSIVE, f"the script {end} without a training step{last}")
    if facts.sites:
        return Verdict(INCONCLUSIVE, "no save site was reached in the few steps of this run")
    if facts.remaining:
        return Verdict(INCONCLUSIVE, f"nothing is saved, and {_codes(facts.remaining)} stays uncorrected")
    nowhere, checkpoint = _nowhere(facts.after)
    if checkpoint:
        return Verdict(INCONCLUSIVE, f"the script has no save of its own: {nowhere}")
    return Verdict(INCONCLUSIVE, "the script saves no model: there is nothing to confirm")


def _elsewhere(facts: Facts) -> Verdict | None:
    """What another process has done is judged by its files alone."""
    sites = [s for s in facts.sites if s.why == ELSEWHERE]
    if not sites or any(s.verdict == "confirmed" for s in facts.sites):
        return None
    places = [a["directory"] for a in facts.after.adapters if a["usable"]]
    found = f"there is a trained adapter in {', '.join(places)}" if places else "there is an adapter"
    return Verdict(INCONCLUSIVE, f"{found}, but the save at line {sites[0].row} is not proved: {ELSEWHERE}")


def _failing(facts: Facts) -> Verdict | None:
    if any(s.verdict == "confirmed" for s in facts.reached):
        return None
    site = facts.reached[0]
    return Verdict(INCONCLUSIVE, f"the save at line {site.row} failed: {site.why}")


def _unmoved(facts: Facts) -> Verdict | None:
    """Adapters are there, and all of them, those in checkpoints too, are as they began: nothing trained was left."""
    after = facts.after
    still = _still(after)
    if not still or any(a["usable"] for a in after.adapters):
        return None
    if not after.steps:
        return Verdict(INCONCLUSIVE, f"the adapter in {still[0]} is there, but untrained: the script trains nothing")
    steps = f"{after.steps} step{'s' if after.steps != 1 else ''}"
    return Verdict(FAILED, f"the adapter in {still[0]} is there, but nothing in it has moved in {steps}")


def _left_nowhere(facts: Facts) -> Verdict | None:
    nowhere, checkpoint = _nowhere(facts.after)
    if nowhere is None:
        return None
    if facts.remaining:
        codes = _codes(facts.remaining)
        return Verdict(INCONCLUSIVE, f"{nowhere}; {codes} stays uncorrected (no safe fix, or none at all)")
    if not checkpoint:
        return Verdict(INCONCLUSIVE, f"{nowhere}, as far as this run can see")
    return Verdict(CONFIRMED, f"every save wrote what was predicted ({nowhere})")


QUESTIONS = (
    _contradicted, _stopped, _lost, _unmerged, _twice, _unseen, _without_peft, _taken_away, _elsewhere, _uncorrected,
    _not_reached, _failing, _unmoved, _left_nowhere,
)  # fmt: skip


def _codes(findings: Sequence[lora_lint.Finding]) -> str:
    return ", ".join(sorted({f.code for f in findings}))


def _unusable(after: Observed, reached: Sequence[Site]) -> str | None:
    """A predicted adapter that is not there, or cannot be used."""
    for site in reached:
        if not site.adapter or site.verdict == "inconclusive":
            continue
        for place in site.predicted:
            there = [a for a in after.adapters if _is(a["directory"], place, site.hub)]
            # what the script itself saves into a checkpoint is its adapter, too
            found = [a for a in there if not a["checkpoint"] or a["directory"] in site.observed]
            if not found and (_kept(after) or _temporary(after, site)):
                continue  # it was written, and the script itself has moved it or removed it
            if not found:
                return f"no adapter was left in {place} (line {site.row})"
            problems = [(a["directory"], counted) for a in found if (counted := _counted(a, place in site.trained))]
            if len(problems) == len(found) or ("..." not in place and problems):
                return f"the adapter in {problems[0][0]} is not usable: {problems[0][1][0]}"
    return None


def _temporary(after: Observed, site: Site) -> bool:
    """Was all that a site has written in temporary directories?"""
    places = {place for save in after.saves if save.get("temporary") for place in save["files"]}
    return bool(site.observed) and places.issuperset(site.observed)


def _counted(adapter: dict[str, Any], trained: bool) -> list[str]:
    """Problems that count: an adapter that was not to be trained need not be."""
    return [p for p, kind in zip(adapter["problems"], adapter["kinds"]) if trained or kind != UNTRAINED]


def _is(directory: str, place: str, hub: bool) -> bool:
    if hub:
        return directory.startswith("hub:") and same_place(place, directory[4:])
    return same_place(place, directory)


def _nowhere(after: Observed) -> tuple[str | None, bool]:
    """Says where the trained adapter was left, if it is nowhere outside of checkpoints, and whether it is in one."""
    trained = any(e["kind"] == "trained" and _has_adapter(e) for e in after.events) and after.steps > 0
    if not trained or _kept(after) or not _wrapped(after):
        return None, False
    if any(e["kind"] == "weights_saved" for e in after.events):
        return None, False
    checkpoint = next((a["directory"] for a in after.adapters if a["checkpoint"] and a["usable"]), None)
    if checkpoint is not None:
        return f"the trained adapter is only left in the checkpoint {checkpoint}", True
    return "the trained adapter was saved nowhere", False


def _has_adapter(training: dict[str, Any]) -> bool:
    """Has what is trained an adapter, as far as that was seen?"""
    return training.get("model") is None or bool(training["model"]["adapters"])


def _kept(after: Observed) -> list[str]:
    return [a["directory"] for a in after.adapters if a["usable"] and not a["checkpoint"]]


def _still(after: Observed) -> list[str]:
    """Adapters that lack nothing but training; those that a library adds for itself need none."""
    theirs = {e["adapter"] for e in after.events if e["kind"] == "added" and not e.get("own", True)}
    found = [a for a in after.adapters if a["problems"] and not a["checkpoint"]]
    still = [a["directory"] for a in found if set(a["kinds"]) == {UNTRAINED}]
    return [d for d in still if os.path.basename(d) not in theirs]


def _wrapped(after: Observed) -> bool:
    return any(e["kind"] in ("wrapped", "added", "loaded") for e in after.events)
