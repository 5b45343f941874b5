"""Cells of made-up rows that turn out to be paths: the script opens them, so files have to lie there."""

from __future__ import annotations

import os

from ...context import Run
from ...stand_in.made_up.rows import PATHS
from ...stand_in.made_up.tables import PICTURES, SOUNDS
from . import missing_files
from .learning import Learned, frames


def opened(run: Run, error: BaseException) -> Learned | None:
    """The column whose cells are paths, below which folder, with which suffix."""
    name = missing_files.missing_path(error)
    cells: dict[str, str] = run.met.cells
    known: dict[str, str] = run.spec.learned.get("paths", {})
    if name is None:
        return None
    for cell, suffix in _readings(name):
        column = cells.get(cell)
        if column is not None and column not in known:
            own = os.path.splitext(cell)[1]
            whole = suffix or (own if own in (*PICTURES, *SOUNDS) else _kind(run, error))
            folder = os.path.dirname(missing_files.inside(run, name))
            files = [os.path.join(folder, f"{column}-{place}{whole}") for place in range(PATHS)]
            told = sorted({*run.spec.learned.get("files", ()), *files})
            return {"paths": {**known, column: "" if suffix else whole}, "files": told}
    return None


def _readings(name: str) -> list[tuple[str, str]]:
    """What of a path may be a cell, and the suffix that the script itself has put to it: all, the last part, both
    without their suffix."""
    base = os.path.basename(name)
    found = [(name, ""), (base, "")]
    return found + [os.path.splitext(part) for part, _ in found if os.path.splitext(part)[1] not in ("", ".")]


def _kind(run: Run, error: BaseException) -> str:
    """By the library that opens it, else by those that the script imports."""
    at_work = [str(f.f_globals.get("__name__", "")).split(".") for f in reversed(frames(error))]
    for parts in (*at_work, run.hints.roots):
        for package, suffix in {**missing_files.OPENING, "sounds": ".wav"}.items():
            if package in parts:
                return suffix
    return ".txt"
