"""What is judged, and what can be asked of it: which adapters are kept, proved, not usable, or left nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.child.verify.adapter import CONFIG, WEIGHTS
from lora_lint_runner.child.verify.problem import OVERWRITTEN, UNTRAINED, VALUES
from lora_lint_runner.verdict.comparing import GETS_ADAPTER, Site
from lora_lint_runner.verdict.files import same_place
from lora_lint_runner.verdict.observed import Observed, Spot


class Facts(NamedTuple):
    """What is judged: the corrected script's run, its save sites, the findings that stay, whether the analysis saw
    anything of PEFT in it, the corrections that the run did not come to, the cells that are not Python, where the
    script is a module that does nothing by itself the scripts that import it, whether it writes weights by
    `save_pretrained` alone, and the test that the run came out of otherwise than on the way to an adapter."""

    after: Observed
    sites: Sequence[Site]
    remaining: Sequence[lora_lint.Finding]
    peft: bool
    untried: Sequence[Spot] = ()
    left_out: Sequence[str] = ()
    called_by: Sequence[str] | None = None
    saves_pretrained_alone: bool = False
    way: str | None = None

    @property
    def reached(self) -> list[Site]:
        return [s for s in self.sites if s.verdict != "not reached" and s.predicted]


def place_proved(facts: Facts) -> str | None:
    """Where the adapter is that was trained and saved as predicted, if it is usable."""
    after = facts.after
    trained = [a for a in after.adapters if a["usable"] and a["trained"] is not False and not a["checkpoint"]]
    sites = [s for s in facts.reached if s.adapter and s.verdict == "confirmed"] if after.steps else []
    places = [(place, site.hub) for site in sites for place in site.predicted]
    found = next((a["directory"] for a in trained if any(_is(a["directory"], *place) for place in places)), None)
    sites = [s for s in facts.sites if s.verdict == "confirmed" or not s.predicted] if after.steps else []
    written = {place for site in sites for place in site.observed}  # what proves itself needs no prediction
    found = found or next((a["directory"] for a in trained if a["trained"] and a["directory"] in written), None)
    return found or _proved_without_config(facts)


def _proved_without_config(facts: Facts) -> str | None:
    """Where all tensors of a trained adapter are that has no config of its own, saved as predicted."""
    confirmed = {s.row for s in facts.reached if s.verdict == "confirmed"}
    saves = [s for s in facts.after.saves if s.get("trained") and s["error"] is None and s["row"] in confirmed]
    return next((str(s["place"]) for s in saves), None)


def adapter_lost(after: Observed, reached: Sequence[Site]) -> str | None:
    """A predicted adapter that is not there, or cannot be used."""
    for site in reached:
        if not site.adapter or site.verdict == "inconclusive":
            continue
        for place in site.predicted:
            there = [a for a in after.adapters if _is(a["directory"], place, site.hub)]
            # what the script itself saves into a checkpoint is its adapter, too
            found = [a for a in there if not a["checkpoint"] or a["directory"] in site.observed]
            if not found and (places_kept(after) or all_temporary(after, site)):
                continue  # it was written, and the script itself has moved it or removed it
            if not found:
                taken = next((one for one in after.removed if _is(one.directory, place, site.hub)), None)
                by = f": the script removed it ({taken.spot.text})" if taken is not None else ""
                return f"no adapter was left in {place} (line {site.row}){by}"
            trained = place in site.trained and not after.idle
            problems = [(a["directory"], counted) for a in found if (counted := _counted(a, trained))]
            if len(problems) == len(found) or ("..." not in place and problems):
                return f"the adapter in {problems[0][0]} is not usable: {problems[0][1][0]}"
    return None


def all_temporary(after: Observed, site: Site) -> bool:
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


def left_nowhere(after: Observed) -> tuple[str | None, bool]:
    """Says where the trained adapter was left, if it is nowhere outside of checkpoints, and whether it is in one."""
    trained = any(e["kind"] == "trained" and _has_adapter(e) for e in after.events) and after.steps > 0
    if not trained or places_kept(after) or not uses_peft(after.events):
        return None, False
    if any(e["kind"] == "weights_saved" for e in after.events):
        return None, False
    checkpoints = [a["directory"] for a in after.adapters if a["checkpoint"] and a["usable"]]
    if checkpoints:
        return f"the trained adapter is only left in the checkpoint {checkpoints[-1]}", True
    return "the trained adapter was saved nowhere", False


def _has_adapter(training: dict[str, Any]) -> bool:
    """Has what is trained an adapter, as far as that was seen?"""
    return training.get("model") is None or bool(training["model"]["adapters"])


def places_kept(after: Observed) -> list[str]:
    return [a["directory"] for a in after.adapters if a["usable"] and not a["checkpoint"]]


def overwritten(after: Observed) -> str | None:
    """What was trained and saved where another trained adapter is now: folds, trials or tasks in one directory."""
    told = [(a["directory"], note) for a in after.adapters for note in a["notes"] if OVERWRITTEN in note]
    return next((note.replace(" here ", f" in {place} ") for place, note in told), None)


def places_unmoved(after: Observed) -> list[str]:
    """Adapters that lack nothing but training; those that a library adds for itself need none."""
    theirs = {e["adapter"] for e in after.events if e["kind"] == "added" and not e.get("own", True)}
    found = [a for a in after.adapters if a["problems"] and not a["checkpoint"]]
    still = [a["directory"] for a in found if set(a["kinds"]) == {UNTRAINED}]
    return [d for d in still if os.path.basename(d) not in theirs]


def unusable(after: Observed) -> dict[str, Any] | None:
    """A whole adapter, config and tensors, that a loader refuses or passes over, whatever it was trained on."""
    whole = (a for a in after.adapters if CONFIG in a["files"] and any(name in a["files"] for name in WEIGHTS))
    bad = (a for a in whole if not a["checkpoint"] and set(a["kinds"]) - {UNTRAINED, VALUES})
    return next((a for a in bad if a["directory"] in _written(after)), None)


def _written(after: Observed) -> set[str]:
    """The directories that saves of the script have written to."""
    return {place for save in after.saves for place in save["files"]}


def places_of_no_number(after: Observed) -> list[str]:
    """Adapters whose fault is that they hold NaN or Inf, or no values at all, and what comes of that."""
    faulty = [a for a in after.adapters if VALUES in a["kinds"]]
    return [a["directory"] for a in faulty if {*a["kinds"]} <= {VALUES, UNTRAINED}]


def idle(after: Observed, why: str = "") -> dict[str, Any] | None:
    """An adapter that cannot have moved, whatever the rows, for this reason or any."""
    still = places_unmoved(after)
    found = [a for a in after.adapters if a.get("idle") and a["directory"] in still]
    return next((a for a in found if not why or a["idle"] == why), None)


def unmoved_afterwards(after: Observed) -> str | None:
    """Where an adapter lies that was saved after the training and is as it began: not the one that was trained."""
    trained = min((e["id"] for e in after.events if e["kind"] == "trained"), default=None)
    late = {place for s in after.saves if trained is not None and s["id"] > trained for place in s["files"]}
    return next((place for place in places_unmoved(after) if place in late), None)


def lost_beside(facts: Facts, answers: bool) -> str | None:
    """What was trained beside the adapter and is in no file, where the run has come to every save that may hold it;
    asked for `answers` without gradients, or only in training, as what a loss is made of."""
    # a save that was not come to is of the adapter, or may be of what is missed
    open_ = any(s.verdict == "not reached" and not (s.adapter and facts.saves_pretrained_alone) for s in facts.sites)
    lost = [part["name"] for part in facts.after.nowhere if part["answers"] is answers]
    if open_ or not lost or facts.after.error is not None:
        return None
    modules = list(dict.fromkeys(name.rpartition(".")[0] or name for name in lost))
    more = f" and {len(modules) - 3} more" if len(modules) > 3 else ""
    return f"{', '.join(modules[:3])}{more}, trained beside it, {'is' if len(modules) == 1 else 'are'} in no file"


def uses_peft(events: Iterable[dict[str, Any]]) -> bool:
    """Does a model get an adapter, in what was predicted or observed?"""
    return any(e["kind"] in GETS_ADAPTER for e in events)
