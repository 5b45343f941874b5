"""What a run left behind: its journal, read, and the adapters on disk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner.child.verify.adapter import adapter_folders, is_checkpoint, look, plain
from lora_lint_runner.child.verify.finish import SKIPPED
from lora_lint_runner.watch import Ended

SAVES = ("saved", "weights_saved", "merged_copy_saved")


class Observed(NamedTuple):
    """One run of one script, as it was seen. `left` are the files on disk that were not there before, by folder."""

    exit: int
    seconds: float
    peak: int
    error: str | None
    reason: str | None
    where: tuple[str | None, int | None]
    events: list[dict[str, Any]]
    adapters: list[dict[str, Any]]
    merged: list[dict[str, Any]]
    neutralised: list[str]
    versions: dict[str, str]
    steps: int
    landlock: bool
    learned: dict[str, Any] | None
    output: list[str]
    complaint: str | None
    gpus: list[dict[str, Any]]
    left: dict[str, list[str]] = {}

    @property
    def saves(self) -> list[dict[str, Any]]:
        return [e for e in self.events if e["kind"] in SAVES]


def read(box: Path, ended: Ended, limits: tuple[float, int]) -> Observed:
    """Reads what a run in `box` left."""
    lines = _lines(box / "journal.jsonl")
    of: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        of.setdefault(line["kind"], []).append(line)
    stopped = of.get("stopped", [None])[0]
    finished = "ended" in of
    error, reason = (stopped["text"], stopped["reason"]) if stopped else (None, None)
    where = (stopped.get("filename"), stopped.get("row")) if stopped else (None, None)
    output = tail(box / "output.txt")
    if ended.stopped == "time":
        error, reason = f"still running after {limits[0]:.0f} s (--time-limit): ended, with all its processes", "time"
    elif ended.stopped == "memory":
        error, reason = f"used more than {limits[1] / 2**30:.1f} GiB of memory (--memory-limit): ended", "memory"
    elif not finished:
        error, reason = _died(ended.exit, output), "died"
    elif error is None and ended.exit != 0:
        error, reason = f"the script ended with exit code {ended.exit}", "exit"
    adapters = of.get("adapter", []) if "done" in of else _look(box)
    versions: dict[str, str] = (of.get("versions") or [{"versions": {}}])[0]["versions"]
    complaint = (of.get("verify failed") or [{"text": None}])[0]["text"]
    counted = (of.get("steps") or [{}])[0]
    return Observed(
        exit=ended.exit,
        seconds=round(ended.seconds, 2),
        peak=max(ended.peak, counted.get("memory") or 0),
        error=error,
        reason=reason,
        where=where,
        events=[line for line in lines if "id" in line],
        adapters=[{k: v for k, v in a.items() if k not in ("kind", "at")} for a in adapters],
        merged=of.get("merged model", []),
        neutralised=[line["text"] for line in of.get("neutralised", [])],
        versions=versions,
        steps=counted.get("steps", 0),
        landlock=bool((of.get("guard") or [{"landlock": False}])[0]["landlock"]),
        learned=stopped.get("learned") if stopped else (of.get("again") or [{"learned": None}])[0]["learned"],
        output=output,
        complaint=complaint,
        gpus=counted.get("gpus") or [],
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = []
    for line in text.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:  # the last line of a run that was killed
            continue
    return found


def tail(path: Path, count: int = 12) -> list[str]:
    """The last lines that a run printed, without what no terminal should see."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.path.getsize(path) - 20_000))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    lines = [line.rsplit("\r", 1)[-1] for line in text.split("\n")]
    shown = ["".join(c for c in line if c.isprintable() or c == "\t")[:300] for line in lines]
    return [line for line in shown if line.strip()][-count:]


def _died(code: int, output: list[str]) -> str:
    last = output[-1] if output else "nothing was printed"
    if code < 0:
        return f"the process was ended by signal {-code}; its last line: {last}"
    return f"the process ended by itself with exit code {code}, before its work was done; its last line: {last}"


def _look(box: Path) -> list[dict[str, Any]]:
    """The adapters of a run that could not look itself: by content alone."""
    found = []
    for folder in adapter_folders(str(box)):
        parts = os.path.relpath(folder, box).split(os.sep)
        if parts[0] in SKIPPED:
            continue
        inside = os.path.join(*parts[1:]) if len(parts) > 1 else "."
        name = inside if parts[0] == "work" else os.sep + inside if parts[0] == "abs" else os.path.join(*parts)
        found.append(plain(look(folder), name, is_checkpoint(folder)))
    return found
