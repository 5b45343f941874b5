"""The questions that a run has to answer, in the order of asking: the first that has an answer decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import lora_lint
from lora_lint_runner.child.observe.state import WORDS
from lora_lint_runner.child.steering.scores import UNSCORED
from lora_lint_runner.child.verify.problem import UNHELD, UNTOUCHED
from lora_lint_runner.verdict.comparing import ELSEWHERE, NO_PEFT, Site
from lora_lint_runner.verdict.facts import (
    Facts,
    adapter_lost,
    all_temporary,
    idle,
    left_nowhere,
    lost_beside,
    place_proved,
    places_kept,
    places_unmoved,
    unmoved_afterwards,
    unusable,
    uses_peft,
)
from lora_lint_runner.verdict.unstepped import over, unstepped
from lora_lint_runner.verdict.words import CONFIRMED, FAILED, INCONCLUSIVE, Verdict

NOT_THE_SCRIPTS = ("package", "file", "arguments", "network", "column")  # reasons to stop that the run has brought in
ENDED = ("time", "memory", "disk", "died")  # reasons after which nobody knows what else was to come
CALLERS = 3  # of a module's, that are named
# commands, as they are written down where they are not run, that go on with the script's work
INSIDE = WORDS["inside"].partition("} ")[2]  # what is said of a network with an adapter in it
STARTS_TRAINING = re.compile(r"command (\S*/)?(python[\d.]*|accelerate|torchrun|deepspeed) (?!-m pip\b).*: not run")


def _contradicted(facts: Facts) -> Verdict | None:
    for site in facts.reached:
        if site.verdict == "contradicted":
            return Verdict(FAILED, f"line {site.row} did not write what was predicted: {site.why}")
    return None


def _stopped(facts: Facts) -> Verdict | None:
    after = facts.after
    if after.error is None:
        return None
    lost = adapter_lost(after, facts.reached)
    if lost and after.reason not in NOT_THE_SCRIPTS:
        return Verdict(FAILED, f"{lost}; the script then stopped: {after.error}")
    where = after.where.text if after.where is not None else "its end"
    stopped = f"afterwards the script stopped at {where}: {after.error}"
    if after.reason not in ENDED and (proved := place_proved(facts)):
        open_ = [s for s in facts.sites if s.verdict != "confirmed"]
        return Verdict(INCONCLUSIVE if open_ else CONFIRMED, f"saved and proved in {proved}; {stopped}")
    nowhere, checkpoint = left_nowhere(after)
    whole = all(e.get("ended", True) for e in after.events if e["kind"] == "trained")
    if after.reason not in ENDED and checkpoint and whole and not facts.sites and not _losing(facts):
        return Verdict(CONFIRMED, f"the script has no save of its own: {nowhere}; {stopped}")
    place = f"{after.where.text}: " if after.where is not None else ""
    if not checkpoint:
        return Verdict(INCONCLUSIVE, f"{place}{after.error}")
    return Verdict(INCONCLUSIVE, f"{place}{after.error.rstrip('.')}; until then, {nowhere}")


def _lost(facts: Facts) -> Verdict | None:
    lost = adapter_lost(facts.after, facts.reached)
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
    if uses_peft(facts.after.events) or facts.after.adapters:
        return None
    if facts.called_by is not None and not facts.after.events:
        known = f": {', '.join(facts.called_by[:CALLERS])}" if facts.called_by else ""
        why = f"the file only defines functions and classes: run the script that calls them{known}"
        return Verdict(INCONCLUSIVE, why)
    if facts.way is not None and any(site.why == NO_PEFT for site in facts.sites):
        why = f"{NO_PEFT}: one gets an adapter where {facts.way}; give the script the arguments for that after --"
        return Verdict(INCONCLUSIVE, why)
    if facts.peft:
        return None
    return Verdict(INCONCLUSIVE, "the script has no PEFT model: there is nothing to confirm")


def _taken_away(facts: Facts) -> Verdict | None:
    """Adapters that lay in a temporary directory which is gone: what became of them before is not seen."""
    gone = [s for s in facts.reached if s.adapter and s.verdict == "confirmed" and all_temporary(facts.after, s)]
    if not gone or facts.after.adapters:
        return None
    why = "whether the script has taken it elsewhere before is not seen here"
    return Verdict(
        INCONCLUSIVE, f"the temporary directory that the adapter was saved in (line {gone[0].row}) is gone: {why}"
    )


def _losing(facts: Facts) -> list[lora_lint.Finding]:
    """What stays uncorrected of what loses an adapter. All else says nothing of the one that is in a checkpoint."""
    return [finding for finding in facts.remaining if finding.code.startswith("LL1")]


def _uncorrected(facts: Facts) -> Verdict | None:
    """A finding on a lost adapter that no fix has taken away."""
    if not _losing(facts) or places_kept(facts.after) or not facts.after.steps:
        return None
    left = left_nowhere(facts.after)[0] or "no usable adapter was left"
    return Verdict(INCONCLUSIVE, f"{left}; {_codes(_losing(facts))} stays uncorrected (no safe fix, or none at all)")


def _trained_at(sites: Sequence[Site], facts: Facts) -> bool:
    """Is what was saved at one of these a usable adapter that was trained?"""
    places = {place for site in sites for place in site.observed}
    return any(a["usable"] and a["trained"] and a["directory"] in places for a in facts.after.adapters)


def _wrote(site: Site) -> str:
    """What a save has left that nobody predicted."""
    names = sorted({name for files in site.observed.values() for name in files})
    weights = [name for name in names if name.startswith(("model", "pytorch_model"))]
    if "adapter_config.json" in names or not weights:
        return "saves a model"
    return f"wrote a whole model ({', '.join(weights[:2])}) and no adapter files"


def _wrote_nothing(facts: Facts) -> dict[str, Any] | None:
    """A save of weights that were trained, of which none was left when it was made: a filter took them all out."""
    rows = {row for site in facts.sites if site.predicted for row in range(site.row, site.end_row + 1)}
    written = (e for e in facts.after.events if e["kind"] == "written" and e.get("empty") and e["error"] is None)
    elsewhere = any(a["usable"] for a in facts.after.adapters)
    return None if elsewhere else next((event for event in written if event["row"] in rows), None)


def _removed(facts: Facts) -> Verdict | None:
    """The only adapter that was left, and that the script itself has taken away: a trainer's checkpoint, say."""
    after = facts.after
    nowhere, checkpoint = left_nowhere(after)
    sent = any(text.startswith("command ") for text in after.neutralised) or any(
        e["kind"] == "upload" for e in after.events
    )
    open_ = any(site.verdict == "not reached" for site in facts.sites)
    if nowhere is None or checkpoint or open_ or sent or not after.removed:
        return None
    last = after.removed[-1]
    word = INCONCLUSIVE if last.several else FAILED  # of folds it may have wanted the scores
    return Verdict(word, f"the adapter was in {last.directory}, and the script removed it ({last.spot.text})")


def _not_reached(facts: Facts) -> Verdict | None:
    if facts.reached:
        return None
    blocked = next((text for text in facts.after.neutralised if STARTS_TRAINING.match(text)), None)
    if blocked is not None and not facts.after.steps:
        return Verdict(
            INCONCLUSIVE, f"the script leaves the training to another process, which is not started: {blocked}"
        )
    unpredicted = [s for s in facts.sites if not s.predicted]
    if _trained_at(unpredicted, facts):
        return None  # files that are proved need no prediction
    if facts.after.steps and {p for s in unpredicted for p in s.observed} & {*places_unmoved(facts.after)}:
        return None  # nor do those that speak against themselves
    if unpredicted and (facts.after.steps or facts.after.caught is None):
        return Verdict(INCONCLUSIVE, f"line {unpredicted[0].row} {_wrote(unpredicted[0])}; nothing was predicted there")
    if facts.sites and not facts.after.steps:
        return Verdict(INCONCLUSIVE, unstepped(facts.after))
    if (empty := _wrote_nothing(facts)) is not None:
        text = f"line {empty['row']} writes {empty['place']} without a single tensor in it; the adapter is in no file"
        return Verdict(FAILED, text)
    if facts.sites:
        unscored = next((f": {text}" for text in facts.after.neutralised if UNSCORED in text), "")
        return Verdict(INCONCLUSIVE, f"no save site was reached in the few steps of this run{unscored}")
    nowhere, checkpoint = left_nowhere(facts.after)
    if checkpoint:
        return Verdict(CONFIRMED, f"the script has no save of its own: {nowhere}")
    if facts.remaining:
        return Verdict(INCONCLUSIVE, f"nothing is saved, and {_codes(facts.remaining)} stays uncorrected")
    if any(a["usable"] and a["trained"] and not a["checkpoint"] for a in facts.after.adapters):
        return None  # it has been taken out of a checkpoint, say
    if unusable(facts.after) is not None:
        return None  # nor do files that no loader takes
    checkpoints = [e["place"] for e in facts.after.events if e["kind"] == "checkpoint" and e["error"] is None]
    only = f"no model but in the checkpoint {checkpoints[-1]}, without adapter files" if checkpoints else "no model"
    return Verdict(INCONCLUSIVE, f"the script saves {only}: there is nothing to confirm")


def _elsewhere(facts: Facts) -> Verdict | None:
    """What another process has done is judged by its files alone."""
    sites = [s for s in facts.sites if s.why == ELSEWHERE]
    if not sites or any(s.verdict == "confirmed" for s in facts.sites):
        return None
    places = [a["directory"] for a in facts.after.adapters if a["usable"]]
    found = f"there is a trained adapter in {', '.join(places)}" if places else "there is an adapter"
    return Verdict(INCONCLUSIVE, f"{found}, but the save at line {sites[0].row} is not proved: {ELSEWHERE}")


def _failing(facts: Facts) -> Verdict | None:
    if not facts.reached or any(s.verdict == "confirmed" for s in facts.reached):
        return None
    site = facts.reached[0]
    return Verdict(INCONCLUSIVE, f"the save at line {site.row} failed: {site.why}")


def _unmoved(facts: Facts) -> Verdict | None:
    """Adapters are there, and all of them, those in checkpoints too, are as they began: nothing trained was left. Or
    one of them was to be trained, and cannot have been: it had gradients, or the linter says so, too."""
    after = facts.after
    still = places_unmoved(after)
    told = any(finding.severity == "error" for finding in facts.remaining)
    if found := idle(after, UNHELD) or (idle(after, UNTOUCHED) if told else None):
        return Verdict(FAILED, f"the adapter in {found['directory']} is not usable: {found['problems'][0]}")
    if not still or any(a["usable"] for a in after.adapters):
        return None
    if not after.steps:
        nothing = "nothing was trained in this run" if after.lacking else "the script trains nothing"
        why = nothing + over(after)
        return Verdict(INCONCLUSIVE, f"the adapter in {still[0]} is there, but untrained: {why}")
    steps = f"{after.steps} step{'s' if after.steps != 1 else ''}"
    return Verdict(FAILED, f"the adapter in {still[0]} is there, but nothing in it has moved in {steps}")


def _unusable(facts: Facts) -> Verdict | None:
    """The files of an adapter that the script has written itself, and none that could be used beside them."""
    found = unusable(facts.after)
    if found is None or places_kept(facts.after) or not facts.after.steps:
        return None
    return Verdict(FAILED, f"the adapter in {found['directory']} is not usable: {found['problems'][0]}")


def _in_a_whole(facts: Facts) -> Verdict | None:
    """Networks of the script's own around a PeftModel are saved whole, and no adapter anywhere."""
    if facts.remaining or any(a["usable"] for a in facts.after.adapters) or not facts.after.steps:
        return None
    site = next((s for s in facts.reached if s.verdict == "confirmed" and INSIDE in (s.seen_as or "")), None)
    if site is None:
        return None
    text = (
        f"there are no adapter files: line {site.row} {_wrote(site).partition(' and ')[0]}, the adapter's weights in it"
    )
    return Verdict(INCONCLUSIVE, f"{text}; save the PeftModel inside it to get them")


def _incomplete(facts: Facts) -> Verdict | None:
    """An adapter that answers only together with what was trained around it."""
    lost = lost_beside(facts, answers=True)
    if lost is None or not places_kept(facts.after):
        return None
    return Verdict(INCONCLUSIVE, f"the adapter files appear, but {lost}: save its state_dict, too")


def _left_nowhere(facts: Facts) -> Verdict | None:
    nowhere, checkpoint = left_nowhere(facts.after)
    if nowhere is None:
        return None
    if facts.remaining and not checkpoint:
        codes = _codes(facts.remaining)
        return Verdict(INCONCLUSIVE, f"{nowhere}; {codes} stays uncorrected (no safe fix, or none at all)")
    if not checkpoint:
        return Verdict(INCONCLUSIVE, f"{nowhere}, as far as this run can see")
    if still := unmoved_afterwards(facts.after):
        return Verdict(INCONCLUSIVE, f"nothing has moved in the adapter that is saved in {still}; {nowhere}")
    return Verdict(CONFIRMED, f"every save wrote what was predicted ({nowhere})")


def _codes(findings: Sequence[lora_lint.Finding]) -> str:
    return ", ".join(sorted({f.code for f in findings}))


QUESTIONS = (
    _contradicted, _stopped, _lost, _unmerged, _twice, _unseen, _without_peft, _taken_away, _elsewhere, _uncorrected,
    _removed, _not_reached, _failing, _unmoved, _unusable, _in_a_whole,
    _incomplete, _left_nowhere,
)  # fmt: skip
