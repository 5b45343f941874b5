"""What a run left behind: its journal, read, and the adapters on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lora_lint_runner.child.observe.saves import KINDS as SAVES
from lora_lint_runner.child.verify.adapter import adapter_folders, is_checkpoint, look, plain
from lora_lint_runner.child.verify.finish import SKIPPED
from lora_lint_runner.options import Limits
from lora_lint_runner.processes import hung
from lora_lint_runner.processes.watch import Ended
from lora_lint_runner.verdict.printed import printable, tail


class Lack(NamedTuple):
    """What the environment lacks for a script. `harmless`: known for what it is, and met before there was anything to
    lose."""

    text: str
    harmless: bool


class Spot(NamedTuple):
    """A line of the user's; `cell` is None outside of notebooks."""

    filename: str
    row: int
    cell: int | None = None

    @property
    def text(self) -> str:
        line = f"line {self.row}" if self.cell is not None else str(self.row)
        return ":".join((os.path.basename(self.filename), f"cell {self.cell}, {line}" if self.cell else line))


class Caught(NamedTuple):
    """An error that the script has caught, and gone on."""

    text: str
    where: Spot | None


class Removed(NamedTuple):
    """A trained adapter that a line of the script has taken off the disk, and that is nowhere else. `several`: so it
    goes with one after the other."""

    directory: str
    spot: Spot
    several: bool = False


class Observed(NamedTuple):
    """One run of one script, as it was seen. `told` are the arguments that the project's own command line gave it,
    `left` the files on disk that were not there before, by folder; `kept` is what is still there of each save, None
    where the run could not look; `nowhere` is what was trained beside the adapter and is in no file; `left_at` the
    line at which the script ended itself, `caught` what it has caught on its way to an end without training; `idle`
    is a run that nothing was trained in, not so much as gradients: there may have been no rows; `options` are those
    of its command line, as they were."""

    exit: int
    seconds: float
    peak: int
    error: str | None
    reason: str | None
    where: Spot | None
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
    processes: int
    lacking: list[Lack] = []
    given: tuple[str, ...] = ()
    left: dict[str, list[str]] = {}
    kept: list[dict[str, Any]] | None = None
    nowhere: list[dict[str, Any]] = []
    left_at: Spot | None = None
    caught: Caught | None = None
    idle: bool = False
    removed: list[Removed] = []
    options: dict[str, object] = {}

    @property
    def began(self) -> bool:
        """Did the script come to a model at all, or to its end without one?"""
        return self.error is None or bool(self.events)

    @property
    def saves(self) -> list[dict[str, Any]]:
        return [e for e in self.events if e["kind"] in SAVES]


class Trace:
    """The lines that one process has written down, as far as it came."""

    def __init__(self, path: Path) -> None:
        self.lines = list(_lines(path))

    def first(self, kind: str) -> dict[str, Any]:
        """The first line of a kind; an empty one if there is none."""
        return next((line for line in self.lines if line["kind"] == kind), {})

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["kind"] == kind]

    def texts(self, kind: str) -> list[str]:
        return [line["text"] for line in self.all(kind)]


def read(box: Path, ended: Ended, limits: Limits) -> Observed:
    """Reads what a run in `box` left: of its first process, and why any of them stopped."""
    trace = Trace(box / "trace.jsonl")
    others = [Trace(folder / "trace.jsonl") for folder in sorted(box.glob("rank-*"))]
    said = tail(box / "output.txt", 500)
    output = said[-12:]
    stopped = next((found for t in (trace, *others) if (found := t.first("stopped"))), {})
    error, reason = _why(trace, stopped, ended, limits, said)
    verified = _verified(box)
    counted = trace.first("steps")
    return Observed(
        exit=ended.exit,
        seconds=round(ended.seconds, 2),
        peak=max(ended.peak, counted.get("memory") or 0),
        error=error,
        reason=reason,
        where=_spot(stopped) or (_hung(box) if ended.stopped == "time" else None),
        events=[line for line in trace.lines if "id" in line],
        adapters=_look(box) if verified is None else verified["adapters"],
        merged=[] if verified is None else verified["merged"],
        neutralised=trace.texts("neutralised"),
        versions=trace.first("versions").get("versions", {}),
        steps=counted.get("steps") or max((line["steps"] for line in trace.all("stepped")), default=0),
        landlock=bool(trace.first("guard").get("landlock")),
        learned=stopped.get("learned") or trace.first("again").get("learned") or _in_time(trace, ended),
        output=output,
        complaint=trace.first("verify failed").get("text"),
        gpus=[gpu for t in (trace, *others) for gpu in t.first("steps").get("gpus") or ()],
        processes=1 + len(others),
        lacking=[Lack(e["text"], bool(e.get("harmless"))) for e in trace.all("lacking")],
        given=_given(trace),
        kept=None if verified is None else verified["kept"],
        nowhere=[] if verified is None else verified.get("nowhere", []),
        left_at=_spot(trace.first("left")),
        caught=_caught(trace.first("caught")),
        idle=counted.get("steps") == counted.get("backwards") == 0,
        removed=_removed(verified),
        options=trace.first("options").get("values", {}),
    )


def _given(trace: Trace) -> tuple[str, ...]:
    """The whole of its command line: the project's own, and what was made up. A script may read it more than once."""
    lines = [tuple(line["words"]) for line in (*trace.all("told"), *trace.all("given"))]
    return max(lines, key=len, default=())


def _caught(line: dict[str, Any]) -> Caught | None:
    return Caught(printable(line["text"]), _spot(line)) if line else None


def _removed(verified: dict[str, Any] | None) -> list[Removed]:
    told = verified["removed"] if verified is not None else []
    return [Removed(one["directory"], spot, one["several"]) for one in told if (spot := _spot(one)) is not None]


def _spot(line: dict[str, Any]) -> Spot | None:
    return Spot(line["filename"], line["row"]) if line.get("filename") and line.get("row") else None


def _hung(box: Path) -> Spot | None:
    place = hung.place(box)
    return Spot(*place) if place is not None else None


def _why(
    trace: Trace, stopped: dict[str, Any], ended: Ended, limits: Limits, said: list[str]
) -> tuple[str | None, str | None]:
    """Why a run did not come to its end, for people and in a word. Nothing if it did."""
    if ended.stopped == "time":
        passes = max((line["backwards"] for line in trace.all("unstepped")), default=0)
        idle = f", after {passes} backward passes or more without a step of an optimizer"
        made = idle if passes and not trace.all("stepped") else ""
        return f"still running after {limits.seconds:.0f} s (--time-limit): ended, with all its processes{made}", "time"
    if ended.stopped == "memory":
        return f"used more than {limits.memory / 2**30:.1f} GiB of memory (--memory-limit): ended", "memory"
    if ended.stopped == "disk":
        return f"wrote more than {limits.disk / 2**30:.1f} GiB (--disk-limit): ended", "disk"
    if stopped:
        return printable(stopped["text"]), stopped["reason"]
    if not trace.first("ended"):
        return _died(ended.exit, said), "died"
    if ended.exit != 0:
        return f"the script ended with exit code {ended.exit}", "exit"
    return None, None


def _in_time(trace: Trace, ended: Ended) -> dict[str, Any] | None:
    """What another attempt could do to come to its end in time, and with less memory: with fewer rows, where there were
    many."""
    return {"few rows": True} if ended.stopped in ("time", "memory") and trace.first("rows") else None


def _verified(box: Path) -> dict[str, Any] | None:
    """What the run itself found in the directories that it had written; None if it did not come to look."""
    try:
        found: dict[str, Any] = json.loads((box / "verify.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a run that was killed
            continue


def _died(code: int, said: list[str]) -> str:
    crash = [line for line in said if line.startswith("Fatal Python error:")]  # stacks and modules come after it
    last = f"its last line: {(crash or said)[-1]}" if crash or said else "it printed nothing"
    if code < 0:
        return f"the process was ended by signal {-code}; {last}"
    return f"the process ended by itself with exit code {code}, before its work was done; {last}"


def _look(box: Path) -> list[dict[str, Any]]:
    """The adapters of a run that could not look itself: by content alone."""
    found = []
    for folder in adapter_folders(str(box)):
        parts = os.path.relpath(folder, box).split(os.sep)
        if parts[0] in SKIPPED or parts[0].startswith("rank-"):
            continue
        inside = os.path.join(*parts[1:]) if len(parts) > 1 else "."
        name = inside if parts[0] == "work" else os.sep + inside if parts[0] == "abs" else os.path.join(*parts)
        found.append(plain(look(folder), name, is_checkpoint(folder)))
    return found
