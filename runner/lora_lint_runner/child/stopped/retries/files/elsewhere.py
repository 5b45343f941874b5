"""Files of data and settings that a script looks for where its author had them (`/home/ada/project/data/train.json`),
and that the project holds at another place."""

from __future__ import annotations

import os

from ....carried import carried
from ....context import Run
from ....neighbours import is_another
from ....pointers import POINTER
from ....stand_in.made_up.files.forms import is_made_up
from ....stand_in.made_up.suffixes import ARRAYS, ROWS, suffix_of
from ..learning import Learned
from . import settings_files
from . import unread as looked_for_in_vain
from .missing_files import SAVED, blamed, missing_path, written

DEPTH, MOST = 6, 20_000


def in_project(run: Run, error: BaseException) -> Learned | None:
    """The project's own file of the name that was not found."""
    name = missing_path(error)
    return None if written(error) else _first(run, [name] if name is not None else blamed(run, error))


def unread(run: Run) -> Learned | None:
    """The same, after a run that looked for it in vain, came to its end and trained nothing."""
    return _first(run, looked_for_in_vain.data(run))


def _first(run: Run, paths: list[str]) -> Learned | None:
    known: dict[str, str] = run.spec.learned.get("elsewhere", {})
    for path in paths:
        fits = suffix_of(path) in (*ROWS, *ARRAYS, *settings_files.KINDS) and os.path.basename(path) not in SAVED
        found = _alike(run, path) if fits and carried(run, path) not in known else None
        if found is not None:
            return {"elsewhere": {**known, carried(run, path): os.path.relpath(found, run.spec.work)}}
    return None


def _alike(run: Run, path: str) -> str | None:
    """The file of this name in the project; of several the one whose folders are called most like it, if one is."""
    asked = os.path.abspath(os.path.join(run.spec.cwd, path)).split(os.sep)
    found = sorted((_in_common(asked, other.split(os.sep)), other) for other in _of_name(run, asked[-1]))
    if not found or (len(found) > 1 and found[-1][0] == found[-2][0]):
        return None
    return found[-1][1]


def _of_name(run: Run, name: str) -> list[str]:
    """The files of a name in the copy of the project, without those that are made up, empty, or only point to
    their content."""
    found, count = [], 0
    for folder, inner, names in os.walk(run.spec.work, followlinks=True):  # folders of the copy may be links
        count += len(names)
        if count > MOST or os.path.relpath(folder, run.spec.work).count(os.sep) >= DEPTH:
            inner.clear()
        inner[:] = [d for d in inner if not d.startswith(".") and not is_another(run, os.path.join(folder, d))]
        path = os.path.join(folder, name)
        if name in names and _holds(path) and not is_made_up(path):
            found.append(path)
    return list({os.path.realpath(path): path for path in reversed(found)}.values())  # some by links of ours, too


def _holds(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            begin = file.read(len(POINTER))
    except OSError:
        return False
    return bool(begin) and begin != POINTER


def _in_common(first: list[str], second: list[str]) -> int:
    """How many parts two paths have in common at their ends."""
    pairs = list(zip(reversed(first), reversed(second)))
    return next((place for place, (one, other) in enumerate(pairs) if one != other), len(pairs))
