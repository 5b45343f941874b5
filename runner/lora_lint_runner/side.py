"""One side of a script, as written ("before") or corrected ("after", on another way "other"), in its box: tried until
nothing new shows."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner import notebook
from lora_lint_runner.box import scratch
from lora_lint_runner.child.observe.saves import KINDS as SAVES
from lora_lint_runner.child.spec import PASSED_OVER
from lora_lint_runner.options import Limits
from lora_lint_runner.verdict import observed
from lora_lint_runner.verdict.files import shown
from lora_lint_runner.verdict.left import left
from lora_lint_runner.verdict.observed import Observed, Spot

MOST_ATTEMPTS = 24
MOST_TIMES = 2  # as long as one attempt may last, all of them together


class Plan(NamedTuple):
    """What a side runs: the script and its project as they are, new texts by file, and how it is to be run."""

    script: Path
    root: Path
    cwd: Path
    files: Mapping[Path, bytes]
    argv: tuple[str, ...] | None
    mode: str
    steps: int
    network: bool
    made_up_rows: bool | None
    hub_cache: str
    limits: Limits


class Attempt(NamedTuple):
    """One run: its box, what it knew from earlier ones, and what was seen."""

    box: Path
    learned: dict[str, Any]
    found: Observed


class Side:
    """The runs of one version of a script."""

    def __init__(self, name: str, plan: Plan, home: Path) -> None:
        self.name, self.plan, self.home = name, plan, home
        self.attempts = 0
        self.learned: dict[str, Any] = {}
        self.box = home
        self.notes: list[str] = []
        self.notebook: notebook.Script | None = None
        self.result: Observed | None = None
        self.earlier: list[Attempt] = []  # those that another one may fall behind
        self.plain: Attempt | None = None  # the last one that passed over none of the script's statements
        self.seconds = 0.0

    def prepare(self) -> None:
        """A fresh box with a fresh copy: an attempt leaves nothing to the next."""
        self.attempts += 1
        self.box = self.home / (self.name if self.attempts == 1 else f"{self.name}-{self.attempts}")
        shutil.rmtree(self.box, ignore_errors=True)
        plan = self.plan
        used = [plan.script, plan.root / self.learned.get("cwd", "."), plan.cwd]
        self.notes = scratch.copy(plan.root, self.work, used, self.learned.get("laid", ())).notes
        if not plan.cwd.is_relative_to(plan.root):
            self.notes += scratch.copy(plan.cwd, self.box / "cwd", [plan.cwd]).notes
        for file, content in plan.files.items():
            if file.is_relative_to(plan.root):
                spot = scratch.own(self.work, file.relative_to(plan.root))
                spot.write_bytes(content)
        if plan.script.suffix == ".ipynb":
            path = scratch.own(self.work, plan.script.relative_to(plan.root))
            self.notebook = notebook.script_of(
                (self.work / plan.script.relative_to(plan.root)).read_text(encoding="utf-8")
            )
            path.with_suffix(".py").write_text(self.notebook.text, encoding="utf-8", errors="replace")

    @property
    def work(self) -> Path:
        return self.box / "work"

    @property
    def entry(self) -> Path:
        """The script in the box, as it was written: a notebook stays a notebook."""
        return self.work / self.plan.script.relative_to(self.plan.root)

    @property
    def script(self) -> Path:
        """What is executed."""
        return self.entry.with_suffix(".py") if self.notebook is not None else self.entry

    @property
    def cwd(self) -> Path:
        """Where it is started, in the box: from where it was asked for, or where its relative paths lead somewhere."""
        if "cwd" in self.learned:
            return Path(os.path.normpath(self.work / self.learned["cwd"]))
        if self.plan.cwd.is_relative_to(self.plan.root):
            return self.work / self.plan.cwd.relative_to(self.plan.root)
        return self.box / "cwd"

    def row(self, cell: int | None, row: int) -> int:
        """The row of what is executed where a row of the script is."""
        return row if self.notebook is None or cell is None else self.notebook.row_of(cell, row)

    def executed(self, filename: str, cell: int | None, row: int) -> tuple[str, int]:
        """File and row of what is executed where a place of the trace is: a notebook runs as a script of its name."""
        path = Path(self.named(filename))
        if self.notebook is not None and path == self.plan.script:
            path = path.with_suffix(".py")
        return str(path), self.row(cell, row)

    def named(self, filename: str) -> str:
        """A file of the copy under the name that it has in the user's own project; any other under its own."""
        for folder in (self.work, self.plan.root):
            for prefix in (str(folder), os.path.realpath(folder)):
                if filename.startswith(prefix + os.sep):
                    return str(self.plan.root / filename[len(prefix) + 1 :])
        return filename

    def source(self, filename: str) -> str:
        """The text that was executed of a file of the user's; "" where it cannot be read."""
        if self.notebook is not None and Path(filename) == self.plan.script:
            return self.notebook.text
        try:
            return lora_lint.decode((self.work / Path(filename).relative_to(self.plan.root)).read_bytes()).text
        except (OSError, ValueError, lora_lint.Unreadable):
            return ""

    def write_spec(self, trace: Mapping[str, Any]) -> Path:
        """The spec of the next attempt."""
        plan = self.plan
        sites = []
        for site in trace.get("sites", []):
            filename = str(self.script) if self.notebook is not None else site["filename"]
            sites.append(
                {
                    "filename": filename,
                    "row": self.row(site["cell"], site["row"]),
                    "end_row": self.row(site["cell"], site["end_row"]),
                    "skipped": site["skipped"],
                }
            )
        spec = {
            "script": str(self.script),
            "notebook": self.notebook is not None,
            "argv": plan.argv,
            "mode": plan.mode,
            "box": str(self.box),
            "work": str(self.work),
            "home": str(plan.root),
            "cwd": str(self.cwd),
            "journal": str(self.box / "trace.jsonl"),
            "sites": sites,
            "steps": plan.steps,
            "time_limit": plan.limits.seconds,
            "learned": self.learned,
            "network": plan.network,
            "made_up_rows": plan.made_up_rows,
            "hub_cache": plan.hub_cache,
            "also": [] if plan.cwd.is_relative_to(plan.root) else [[str(plan.cwd), str(self.box / "cwd")]],
        }
        path = self.box / "spec.json"
        path.write_text(json.dumps(spec), encoding="utf-8")
        return path

    def finish(self, ended: Any) -> bool:
        """Takes in how an attempt ended. False where it taught something that makes another worth its while."""
        self.seconds += ended.seconds
        found = observed.read(self.box, ended, self.plan.limits)
        limit = self.plan.limits.seconds * MOST_TIMES
        more = self.attempts < MOST_ATTEMPTS and (not limit or self.seconds < limit)
        if found.learned and more and {**self.learned, **found.learned} != self.learned:
            in_vain = found.error is None and found.steps and set(found.learned) == {"rows"}  # if it takes too long
            if "command" in found.learned or in_vain or _trained(found):
                self.earlier.append(Attempt(self.box, self.learned, self._complete(found)))
            if PASSED_OVER in found.learned and PASSED_OVER not in self.learned:
                self.plain = Attempt(self.box, self.learned, self._complete(found))
            self.learned = {**self.learned, **found.learned}
            return False
        last = Attempt(self.box, self.learned, self._complete(found))
        if self.plain is not None and found.error is not None and found.error == self.plain.found.error:
            last = self.plain  # to pass over what it could has changed nothing
        self.box, self.learned, self.result = max((last, *self.earlier), key=lambda attempt: _how_far(attempt.found))
        return True

    def _complete(self, found: Observed) -> Observed:
        """What was seen, with what lies on the disk, and with the lines of a notebook as its cells."""
        on_disk = left(self.box, self.work, self.cwd, self.plan.root)
        events, output = [self._placed(event) for event in found.events], [self._named(line) for line in found.output]
        found = found._replace(left=on_disk, events=events, output=output)
        return found if self.notebook is None else self._in_cells(found, self.notebook)

    def _named(self, text: str) -> str:
        """A text that was printed, with files of the box under the names that they have for the user."""
        places = {self.work: self.plan.root, self.box / "cwd": self.plan.cwd, self.box / "abs": ""}
        for copy, real in places.items():
            text = text.replace(os.path.realpath(copy), str(real)).replace(str(copy), str(real))
        return text

    def _placed(self, event: dict[str, Any]) -> dict[str, Any]:
        """An event with its files named as in the user's project, its directories as from where the script starts."""
        if event.get("filename"):
            event = {**event, "filename": self.named(event["filename"])}
        if event.get("calls"):
            event = {**event, "calls": [self._placed(call) for call in event["calls"]]}
        if "files" not in event:
            return event
        return {**event, "files": {shown(place, self.cwd): names for place, names in event["files"].items()}}

    def _in_cells(self, found: Observed, sheet: notebook.Script) -> Observed:
        """A result that names lines of what was executed, with the cells of the notebook that they are from."""
        name = self.script.name
        executed = re.compile(re.escape(name) + r":(\d+)")

        def named(line: re.Match[str]) -> str:
            cell, row = sheet.cell_of(int(line.group(1)))
            return Spot(self.entry.name, row, cell).text

        def placed(spot: Spot | None) -> Spot | None:
            if spot is None or os.path.basename(spot.filename) != name:
                return spot
            cell, row = sheet.cell_of(spot.row)
            return Spot(str(self.plan.script), row, cell)

        lacking = [lack._replace(text=executed.sub(named, lack.text)) for lack in found.lacking]
        removed = [one._replace(spot=placed(one.spot) or one.spot) for one in found.removed]
        found = found._replace(lacking=lacking, removed=removed)
        caught = found.caught and found.caught._replace(where=placed(found.caught.where))
        return found._replace(where=placed(found.where), left_at=placed(found.left_at), caught=caught)


def _trained(found: Observed) -> bool:
    """Has it trained an adapter and saved it? What it stopped at then is of an evaluation, say."""
    return bool(found.steps) and any(one["usable"] and one["trained"] for one in found.adapters)


def _how_far(found: Observed) -> tuple[bool, int, int, int]:
    """Which of several attempts tells most: one that came to its end, then the one with most saves, else the one that
    came farthest."""
    saves = {(event.get("filename"), event.get("row")) for event in found.events if event.get("kind") in SAVES}
    return found.error is None, len(saves), found.steps, len(found.events)
