"""Data that was looked for in vain by a script that came to its end without training, or stopped for want of it."""

from __future__ import annotations

import os

from ....carried import carried
from ....context import Run
from ....stand_in.made_up.files.binaries import ARCHIVES
from ....stand_in.made_up.suffixes import DATA, XML, suffix_of
from ....steering.passing import OF_NONE
from ..learning import Learned
from . import patterns
from .missing_files import SAVED


def files(run: Run) -> Learned | None:
    """What to make up: the files, else the folder, in which others are made up as they are read."""
    known = run.spec.learned.get("files", [])
    found = [n for p in data(run) for n in patterns.those_inside(run, p) or _folder(run, p)]
    new = [n for n in found if n not in known]
    return {"files": sorted({*known, *new})} if new and run.spec.makes_up_rows else None


def of_nothing(run: Run, error: BaseException) -> Learned | None:
    """The same, where a script stops for want of rows and no file of them was read."""
    lacks = OF_NONE.search(str(error)) is not None and not run.spec.learned.get("files")
    return files(run) if lacks else None


def data(run: Run) -> list[str]:
    """The files, else the folder that was asked for last, and those beside it: of `[n for n in NAMES if there(n)]`.
    Where a loss has gone back before something else ended the training, none was missed."""
    looked_for = [] if run.events.steps or run.met.caught_in_training is not None else run.met.looked_for
    home = os.path.dirname(looked_for[-1]) if looked_for else ""
    beside = dict.fromkeys(p for p in looked_for if os.path.dirname(p) == home)
    folders = [p for p in beside if _is_folder(p) and patterns.DATA.search(p) and not os.path.exists(p)]
    return [
        p
        for p in looked_for
        if (suffix_of(p) in (*DATA, *XML) or p.lower().endswith(ARCHIVES)) and os.path.basename(p) not in SAVED
    ] or folders


def _folder(run: Run, path: str) -> list[str]:
    return [os.path.join(carried(run, path), "")] if _is_folder(path) else []


def _is_folder(path: str) -> bool:
    return not suffix_of(path) and "*" not in path
