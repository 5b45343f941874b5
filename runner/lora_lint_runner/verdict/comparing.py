"""Predicted files against observed files, save site by save site."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner.verdict.files import difference, fits, same_place, shown
from lora_lint_runner.verdict.guarding import Guard
from lora_lint_runner.verdict.observed import Spot

STARTED = "of a script that is started as a command: nothing is predicted for it"
NO_PEFT = "no PEFT model was made in this run"
GETS_ADAPTER = ("wrapped", "added", "loaded")  # kinds of events by which a model gets one
ELSEWHERE = "it was done in another process, of which no line is watched"


class Site(NamedTuple):
    """A save site: where it is, what was predicted and what was seen.

    `verdict` is "confirmed", "contradicted", "not reached" or "inconclusive"; `adapter` says that an adapter was
    predicted there, `trained` names the directories of those that were to be trained. `sure` is false for one that
    leaves things open. `guard` is the test that one hangs on which was not reached.
    """

    filename: str
    row: int
    end_row: int
    column: int
    cell: int | None
    predicted: dict[str, list[str]]
    observed: dict[str, list[str]]
    verdict: str
    sure: bool
    adapter: bool
    trained: list[str]
    hub: bool
    model: str | None
    seen_as: str | None
    why: str | None
    guard: Guard | None = None


# from a place of a trace (file, cell, row) to the file and row that were executed
Executed = Callable[[str, int | None, int], tuple[str, int]]


def compare(
    trace: Mapping[str, Any],
    saves: Sequence[Mapping[str, Any]],
    box_root: Path,
    executed: Executed,
    *,
    anywhere: bool = False,
) -> list[Site]:
    """Each predicted site with its verdict, then saves that nobody predicted. `anywhere`: where they write is said by
    settings that were not the script's own."""
    taken: set[int] = set()
    parts: set[int] = set()  # saves that lines of their own are known of, each with what it wrote
    seen: list[list[Mapping[str, Any]]] = []
    spans = [Span.of(site, executed) for site in trace.get("sites", [])]
    for site, span in zip(trace.get("sites", []), spans):
        exact = [s for s in saves if span.holds(s) and s.get("column") == site["column"] and s["row"] == span.row]
        seen.append(exact or [s for s in saves if span.holds(s)])
        taken |= {s["id"] for s in seen[-1]}
    for place, span in enumerate(spans):
        if not seen[place]:  # the save itself may stand in code that the analysis has not followed
            inner: list[Mapping[str, Any]] = [
                {**s, **c} for s in saves for c in s.get("calls", ()) if "files" in c and span.holds(c)
            ]
            through = [s for s in saves if s["id"] not in taken and any(map(span.holds, s.get("calls", ())))]
            seen[place] = inner or through
            parts |= {s["id"] for s in inner}
            taken |= {s["id"] for s in seen[place]} - parts
    found = [_judged(site, those, box_root, anywhere) for site, those in zip(trace.get("sites", []), seen)]
    for save in saves:
        if (
            save["id"] not in taken | parts
            and save.get("row") is not None
            and not save.get("error")
            and _model_save(save)
        ):
            found.append(_unpredicted(save))
    return found


def written_elsewhere(sites: Sequence[Site], adapters: Sequence[Mapping[str, Any]]) -> list[Site]:
    """The sites; those that no save was seen at, though their adapter is there, belong to a process that is not
    watched."""
    written = {place for site in sites for place in site.observed}
    there = [a["directory"] for a in adapters if not a["checkpoint"] and a["directory"] not in written]
    return [
        site._replace(verdict="inconclusive", why=ELSEWHERE)
        if site.verdict == "not reached"
        and site.adapter
        and any("..." not in place and same_place(place, found) for place in site.predicted for found in there)
        else site
        for site in sites
    ]


def without_peft(sites: Sequence[Site]) -> list[Site]:
    """The sites of a run that went another way than the one on which a model gets an adapter: what was written there
    says nothing against what was predicted."""
    return [
        site._replace(verdict="inconclusive", why=NO_PEFT) if site.verdict == "contradicted" and site.adapter else site
        for site in sites
    ]


def way_to_peft(trace: Mapping[str, Any]) -> str | None:
    """The test that has to come out so that a model gets an adapter. None if some gets one in any case, or none at
    all."""
    ways = [e["conditions"] for e in trace.get("events", ()) if e["kind"] in GETS_ADAPTER]
    if not ways or not all(ways):
        return None
    asked = ways[0][-1]
    where = f"{os.path.basename(asked['filename'])}:{asked['row']}"
    return f"`{asked['test']}` is {str(asked['holds']).lower()} ({where})"


def raised(sites: Sequence[Site], where: Spot | None, error: str | None) -> list[Site]:
    """The sites; the one that the script stopped at was reached, though nothing was written."""
    return [
        site._replace(verdict="inconclusive", why=error)
        if site.verdict == "not reached"
        and where is not None
        and (os.path.basename(site.filename), site.cell) == (os.path.basename(where.filename), where.cell)
        and site.row <= where.row <= max(site.row, site.end_row)
        else site
        for site in sites
    ]


class Span(NamedTuple):
    """The rows of a call in a file that was executed."""

    filename: str
    row: int
    end: int

    @classmethod
    def of(cls, placed: Mapping[str, Any], executed: Executed) -> Span:
        """Where a site, or an event, of a trace was executed."""
        filename, row = executed(placed["filename"], placed["cell"], placed["row"])
        return cls(filename, row, executed(placed["filename"], placed["cell"], placed["end_row"])[1])

    def holds(self, spot: Mapping[str, Any]) -> bool:
        """Is a save, or a call that led to one, here?"""
        if spot.get("filename") != self.filename or spot.get("row") is None:
            return False
        return bool(
            self.row <= spot["row"] <= self.end or spot["row"] <= self.row <= (spot.get("end_row") or spot["row"])
        )


def _model_save(save: Mapping[str, Any]) -> bool:
    return any(
        set(names) & {"adapter_config.json", "model.safetensors", "pytorch_model.bin"}
        for names in save["files"].values()
    )


def _judged(site: Mapping[str, Any], saves: Sequence[Mapping[str, Any]], box_root: Path, anywhere: bool) -> Site:
    predictions = [p for p in site["predictions"] if p["directories"]] or site["predictions"][:1]
    chosen = predictions[0]
    observed: dict[str, list[str]] = {}
    verdict, why = "not reached", None
    adapter_seen = None
    for save in saves:
        adapter_seen = (save.get("model") or {}).get("kind") or adapter_seen
        for folder, names in save["files"].items():
            place = shown(folder, box_root)
            observed[place] = sorted({*observed.get(place, []), *names})
        if save.get("error"):
            verdict, why = ("contradicted" if verdict == "contradicted" else "inconclusive"), save["error"]
            continue
        if not chosen["directories"]:
            verdict, why = "inconclusive", "no prediction for this save"
            continue
        files = save["files"]
        fitting = (p for p in predictions if fits(p["directories"], files, box_root, anywhere=anywhere, sure=p["sure"]))
        match = next(fitting, None)
        if match is None:
            # a prediction that leaves things open is not wrong
            wrong = verdict == "contradicted" or all(p["sure"] for p in predictions)
            verdict = "contradicted" if wrong else "inconclusive"
            why = difference(predictions, save["files"], box_root)
        elif verdict == "not reached":
            verdict, chosen = "confirmed", match
    return Site(
        site["filename"], site["row"], site["end_row"], site["column"], site["cell"],
        {k: list(v) for k, v in chosen["directories"].items()}, observed, verdict,
        bool(chosen["sure"]), bool(chosen["adapter"]), list(chosen["trained_in"]), bool(chosen["hub"]),
        chosen.get("model"), adapter_seen, why,
    )  # fmt: skip


def _unpredicted(save: Mapping[str, Any]) -> Site:
    observed = {k: sorted(v) for k, v in save["files"].items()}
    return Site(
        save["filename"], save["row"], save.get("end_row") or save["row"], save.get("column") or 1, None, {}, observed,
        "inconclusive", False, False, [], bool(save.get("hub")), None, (save.get("model") or {}).get("kind"),
        STARTED if save.get("started") else "no prediction for this save",
    )  # fmt: skip
