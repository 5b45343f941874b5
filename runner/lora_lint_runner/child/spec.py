"""What the parent asks of one run: a JSON file, read by the child."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

SYNTAX = "syntax"
PADS = "pads"  # a tokenizer that is taken to have a token to pad with
PASSED_OVER = "passed over"  # what attempts learn of statements that made-up rows do not suit
MADE_UP_STEPS = "made-up steps"  # and of a training that they do not suit: see `steering.made_up_steps`
FLAT = "flat"  # and of one whose gradients are all 0
THAWS = "thaws"  # a callback lets the adapter learn later on: see `training.thawing`
OF_EVALUATIONS, OF_TRAININGS = "evaluations", "trainings"  # loops that were cut
ROWS = "rows"  # what an earlier attempt stopped for want of: see `retries.lacking`


class Site(NamedTuple):
    """A save site that the analysis predicts: file (as it lies in the box) and the rows of the call; `skipped` where it
    says that no path comes there with the installed releases."""

    filename: str
    row: int
    end_row: int
    skipped: bool = False


class Spec(NamedTuple):
    """One run of one script.

    `argv` are the script's arguments, None where nothing is said of them. `work` is the copy of the project in the box
    and `home` the folder that it copies; `script` and `cwd` lie in `work`.
    `mode` is "smoke" (stand-ins for model, data and device) or "full" (nothing replaced). `notebook` says that `script`
    was made of one: its cells may await. `learned` is what earlier attempts at the same script found out: see `needs`.
    `hub_cache` is the user's own cache of the hub: configs are read from it, nothing is written to it. `also` are
    further folders that were copied: the real one and its copy.
    `common` is the box of all processes, where a launcher has started several; `box` is then that of this one.
    `time_limit` is after how many seconds the run is ended from outside, 0 where it never is.
    `landlock` is False where the kernel is not asked to refuse writes outside: so is seen what the patched calls do.
    """

    script: str
    argv: list[str] | None
    mode: str
    box: str
    work: str
    home: str
    cwd: str
    journal: str
    writable: list[str]
    sites: list[Site]
    steps: int
    time_limit: float
    learned: dict[str, Any]
    network: bool
    made_up_rows: bool | None
    seed: int
    hub_cache: str
    also: list[tuple[str, str]]
    common: str
    landlock: bool
    notebook: bool

    @property
    def smoke(self) -> bool:
        return self.mode == "smoke"

    @property
    def makes_up_rows(self) -> bool:
        """Are the rows of data files that are not here made up? By default from when the script has stopped without."""
        wanted = any(entry["kind"] == ROWS for entry in self.learned.get("lacking", ()))
        return bool(self.made_up_rows) or (self.made_up_rows is None and wanted)


def read(path: str) -> Spec:
    """Reads a spec file. Raises OSError or ValueError."""
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    return parse(found)


def parse(found: dict[str, Any]) -> Spec:
    """A spec from its JSON form; keys that are missing have their defaults."""
    values = {**DEFAULTS, **{k: v for k, v in found.items() if k in Spec._fields}}
    values["sites"] = [
        Site(s["filename"], s["row"], s["end_row"], s.get("skipped", False)) for s in found.get("sites", [])
    ]
    return Spec(**values)


DEFAULTS: dict[str, Any] = {
    "landlock": True,
    "argv": None,
    "mode": "smoke",
    "writable": [],
    "steps": 2,
    "time_limit": 0.0,
    "learned": {},
    "network": False,
    "made_up_rows": None,
    "seed": 0,
    "hub_cache": "",
    "also": [],
    "common": "",
    "notebook": False,
}
