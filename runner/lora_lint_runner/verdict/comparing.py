"""Predicted files against observed files, save site by save site."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner.verdict.observed import Spot

# what a save of a model writes; tokenizers, cards and a trainer's own files are nobody's prediction
MODEL_FILES = (
    "config.json", "generation_config.json", "model.safetensors", "model-*.safetensors", "pytorch_model.bin",
    "pytorch_model-*.bin", "adapter_config.json", "adapter_model.safetensors", "adapter_model.bin",
    "pytorch_lora_weights.safetensors", "diffusion_pytorch_model.safetensors",
)  # fmt: skip
ADAPTER = ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")

STARTED = "of a script that is started as a command: nothing is predicted for it"
ELSEWHERE = "it was done in another process, of which no line is watched"

Directories = Mapping[str, Sequence[str]]


class Site(NamedTuple):
    """A save site: where it is, what was predicted and what was seen.

    `verdict` is "confirmed", "contradicted", "not reached" or "inconclusive"; `adapter` says that an adapter was
    predicted there, `trained` names the directories of those that were to be trained. `sure` is false for one that
    leaves things open.
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


# from a place of a trace (file, cell, row) to the file and row that were executed
Executed = Callable[[str, int | None, int], tuple[str, int]]


def compare(
    trace: Mapping[str, Any], saves: Sequence[Mapping[str, Any]], box_root: Path, executed: Executed
) -> list[Site]:
    """Each predicted site with its verdict, then saves that nobody predicted."""
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
    found = [_judged(site, those, box_root) for site, those in zip(trace.get("sites", []), seen)]
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


def _judged(site: Mapping[str, Any], saves: Sequence[Mapping[str, Any]], box_root: Path) -> Site:
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
        match = next((p for p in predictions if _fits(p["directories"], save["files"], box_root)), None)
        if match is None:
            # a prediction that leaves things open is not wrong
            wrong = verdict == "contradicted" or all(p["sure"] for p in predictions)
            verdict = "contradicted" if wrong else "inconclusive"
            why = _difference(predictions, save["files"], box_root)
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


def _fits(predicted: Directories, files: Mapping[str, Mapping[str, int]], box_root: Path) -> bool:
    """Does a save write what was predicted, file by file?"""
    expected = {place: set(names) for place, names in predicted.items()}
    seen = {shown(place, box_root): set(names) for place, names in files.items()}
    for place, names in expected.items():
        folders = [f for f in seen if same_place(place, f)]
        if not any(_named(names) == _named(seen[f]) or _covers(names, seen[f]) for f in folders):
            return False
    extra = [f for f in seen if _named(seen[f]) and not any(same_place(place, f) for place in expected)]
    return not extra


def _covers(names: set[str], seen: set[str]) -> bool:
    """A file of the script's own naming counts under its name."""
    return bool(names) and not _named(names) and all(any(_matches(n, s) for s in seen) for n in names)


def _named(names: set[str]) -> set[str]:
    found = {_plain(n) for n in names if any(fnmatch.fnmatch(n, pattern) for pattern in MODEL_FILES)}
    # a model that holds its adapter itself writes its generation settings beside it: no part of the adapter
    return found - {"generation_config.json"} if found & set(ADAPTER) else found


def _plain(name: str) -> str:
    """Shards are one file, and so are the two formats of a weight file."""
    return re.sub(r"-\d+-of-\d+", "", name)


def _difference(
    predictions: Sequence[Mapping[str, Any]], files: Mapping[str, Mapping[str, int]], box_root: Path
) -> str:
    seen = {shown(place, box_root): sorted(_named(set(names))) for place, names in files.items()}
    told = {place: sorted(_named(set(names)) or set(names)) for place, names in predictions[0]["directories"].items()}
    return f"predicted {_listed(told)}; written {_listed({k: v for k, v in seen.items() if v}) or 'nothing'}"


def _listed(found: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{place}: {', '.join(names) or 'nothing'}" for place, names in found.items())


def same_place(predicted: str, seen: str) -> bool:
    """Is this the predicted directory? `...` stands for what the script computes, "?" for anything."""
    if predicted in ("?", "...", ""):
        return True
    seen = os.path.normpath(seen)
    if seen in (os.path.normpath(predicted), os.path.normpath(os.path.expanduser(predicted))):
        return True  # `~` is a home only where the script asks for it
    if predicted.startswith("...") and predicted[3:4] == os.sep and same_place(predicted[4:], seen):
        return True  # what is computed may be the folder that the script is started in
    if "..." not in predicted and "*" not in predicted:
        return False
    pattern = ".*".join(re.escape(part) for part in re.split(r"\.\.\.|\*", os.path.normpath(predicted)))
    return re.fullmatch(pattern, seen) is not None


def _matches(predicted: str, seen: str) -> bool:
    return same_place(predicted, seen)


def shown(place: str, box_root: Path) -> str:
    """A place as a person would name it: what lies in the copy is relative to where the script was started."""
    if os.path.isabs(place):
        for root in (box_root, Path(os.path.realpath(box_root))):
            if place == str(root):
                return "."
            if place.startswith(f"{root}{os.sep}"):
                return place[len(str(root)) + 1 :]
    return place
