"""The verdict on a script: confirmed, failed, or inconclusive with the reason. An open question is never a pass."""

from __future__ import annotations

from lora_lint_runner.verdict.facts import (
    Facts,
    idle,
    lost_beside,
    overwritten,
    place_proved,
    places_kept,
    places_of_no_number,
    places_unmoved,
)
from lora_lint_runner.verdict.questions import QUESTIONS
from lora_lint_runner.verdict.words import CONFIRMED, FAILED, INCONCLUSIVE, Verdict


def judge(facts: Facts) -> Verdict:
    """The verdict: that of the first question that has one, else confirmed."""
    verdict = next((v for v in (question(facts) for question in QUESTIONS) if v is not None), None)
    if verdict is None:
        kept = places_kept(facts.after)
        verdict = Verdict(CONFIRMED, "the adapter files appear" if kept else "every save wrote what was predicted")
        if kept and (still := places_unmoved(facts.after)):
            verdict = verdict._replace(reason=f"{verdict.reason}, but nothing has moved in {still[0]}")
        elif kept and (lost := overwritten(facts.after) or lost_beside(facts, answers=False)):
            verdict = verdict._replace(reason=f"{verdict.reason} ({lost})")
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
    adapter to lose, takes nothing away from the proof of a trained one, nor from that of a lost one; that nothing has
    moved, or is no number, may be for want of real rows, unless the linter says so, too. All else is said first and
    proves nothing."""
    lacking = facts.after.lacking
    more = f" (and {len(lacking) - 1} more of the kind)" if len(lacking) > 1 else ""
    proved = place_proved(facts) or any(a["usable"] and a["trained"] for a in facts.after.adapters if a["checkpoint"])
    trained = facts.after.steps and facts.after.error is None  # to its end: else made-up rows may have stopped it
    by_rows = places_unmoved(facts.after) or places_of_no_number(facts.after)
    surely = facts.remaining or not by_rows or idle(facts.after)
    lost = verdict.word == FAILED and trained and surely
    if all(lack.harmless for lack in lacking) and (lost or (verdict.word == CONFIRMED and proved)):
        return verdict._replace(
            reason=f"{verdict.reason}, with stand-ins for what is not here: {lacking[0].text}{more}"
        )
    first = next((lack for lack in lacking if not lack.harmless), lacking[0])
    return Verdict(INCONCLUSIVE, f"{first.text}{more}. With stand-ins for that: {verdict.reason}")


def _without_cells(facts: Facts, verdict: Verdict) -> Verdict:
    """A notebook with cells that are not Python: the others may prove an adapter, or stop for want of those."""
    more = f" (and {len(facts.left_out) - 1} more of the cells)" if len(facts.left_out) > 1 else ""
    if verdict.word != INCONCLUSIVE:
        return verdict._replace(reason=f"{verdict.reason}; left out is {facts.left_out[0]}{more}")
    return verdict._replace(reason=f"{facts.left_out[0]}{more}. Without that: {verdict.reason}")
