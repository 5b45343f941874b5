"""Cells of made-up rows that turn out to be paths: the script opens them, so files have to lie there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from ....carried import carried
from ....context import Run
from ....stand_in.made_up.cells.kinds import PATHS
from ....stand_in.made_up.suffixes import PICTURES, SOUNDS
from ..files import missing_files, patterns
from ..learning import Learned, frames

PICTURE = ".png"
CUT = 4
FIRST = "take"  # the names of files that may have any
NO_PATH = re.compile(r"(must be str, bytes,? or os.PathLike object|path should be .*), not '?(numpy\.)?int\d*")
BY_COLUMN = {PICTURE: re.compile(r"image|img|picture|photo", re.I), ".wav": re.compile(r"audio|wav|speech", re.I)}
MEDIUM = re.compile(r"image|img|picture|photo|file|path|audio|clip|wav", re.I)
NO_PICTURE = re.compile(r"Incorrect image source\..*? Got (.+)\. Failed with", re.S)  # of transformers 5.23
UNREADABLE = re.compile(r"cannot identify image file '(.+)'$")  # of Pillow: it is there, and no picture


def opened(run: Run, error: BaseException) -> Learned | None:
    """The column whose cells are paths, below which folder, with which suffix."""
    picture = NO_PICTURE.search(str(error))
    name = picture.group(1) if picture else missing_files.missing_path(error)
    other = UNREADABLE.search(str(error))
    name = other.group(1) if other else name
    found = (_no_pictures(run, other.group(1)) if other else None) or _column(run, name, error, bool(picture))
    return found or (_named(run, error, [name]) if name is not None else None)


def _no_pictures(run: Run, name: str) -> Learned | None:
    """Pictures in the place of files that another attempt took for something else, before any was opened."""
    known: dict[str, str] = run.spec.learned.get("paths", {})
    place = re.fullmatch(r"(\w+)-\d+(\.\w+)", os.path.basename(name))
    if place is None or known.get(place[1]) != place[2] or place[2] in PICTURES:
        return None
    these = re.compile(rf"(.*{os.sep})?{place[1]}-\d+{re.escape(place[2])}")
    files = [
        os.path.splitext(file)[0] + PICTURE if these.fullmatch(file) else file for file in run.spec.learned["files"]
    ]
    return {"paths": {**known, place[1]: PICTURE}, "files": sorted(files)}


def numbered(run: Run, error: BaseException) -> Learned | None:
    """A column whose cells were numbers, where a picture or a sound is opened by one of them."""
    said = NO_PATH.search(str(error)) if isinstance(error, TypeError) and run.made_up else None
    known: dict[str, str] = run.spec.learned.get("paths", {})
    columns = [c for c in run.hints.columns if MEDIUM.search(c) and c not in known] if said else []
    kinds = [s for s in (*PICTURES, *SOUNDS) if s in run.hints.strings] or [_kind(run, error)]
    return {"paths": {**known, columns[0]: kinds[0]}} if columns and kinds[0] in (*PICTURES, *SOUNDS) else None


def looked_for(run: Run, error: BaseException | None = None) -> Learned | None:
    """The same, where the script only asked whether there is such a file, or went on without it."""
    found = (_column(run, name, error) for name in dict.fromkeys(run.met.looked_for))
    return next((learned for learned in found if learned is not None), None) or _named(run, error, run.met.looked_for)


def _named(run: Run, error: BaseException | None, wanted: Iterable[str]) -> Learned | None:
    """Pictures or sounds in a folder in which those are looked for that a made-up table of JSON names: it then names
    what is there."""
    folders = {os.path.dirname(name) for name in wanted if os.path.basename(name) in run.met.keyed}
    suffix = _kind(run, error)
    if len(folders) != 1 or suffix not in (*PICTURES, *SOUNDS):
        return None
    folder, known = carried(run, folders.pop()), run.spec.learned.get("files", ())
    told = [os.path.join(folder, f"{FIRST}-{place}{suffix}") for place in range(PATHS)]
    there = any(os.path.dirname(name) == folder for name in known)
    return None if there else {"files": sorted({*known, *told}), "keyed by files": True}


def unread(run: Run) -> Learned | None:
    """The same, after a run that came to its end without training."""
    return None if run.events.steps else looked_for(run)


def _column(run: Run, name: str | None, error: BaseException | None, picture: bool = False) -> Learned | None:
    known: dict[str, str] = run.spec.learned.get("paths", {})
    cut = _cut(run, os.path.basename(name)) if name is not None else {}
    for cell, suffix in [*_readings(name), *((cell, "") for cell in cut)] if name is not None else ():
        column = run.met.cells.get(cell)
        own_word = not suffix and cell in run.hints.strings  # a cell is called so, too, of a script that compares it
        if column is not None and column not in known and not own_word:
            own = os.path.splitext(cell)[1]
            whole = suffix or (
                own if own in (*PICTURES, *SOUNDS) else PICTURE if picture else _kind(run, error, column)
            )
            folder = os.path.dirname(carried(run, str(name)))
            homes = _homes(run, folder)
            less = cut.get(cell, 0)
            names = [(home, f"{column}-{place}{whole}"[less:]) for home, places in homes for place in places]
            files = [os.path.join(home, called) for home, called in names]
            told = sorted({*run.spec.learned.get("files", ()), *files})
            return {"paths": {**known, column: "" if suffix else whole}, "files": told}
    return None


def _cut(run: Run, name: str) -> dict[str, int]:
    """The cells of which the script has cut off a few letters in front (`path[2:]`, for `./`), and how many."""
    short = {cell: len(cell) - len(name) for cell in run.met.cells if cell.endswith(name) and len(name) > CUT * 2}
    return {cell: less for cell, less in short.items() if 0 < less <= CUT}


def _homes(run: Run, folder: str) -> list[tuple[str, Iterable[int]]]:
    """The folders that such files lie in, each with the places of those that are in it: where one of the parts is a
    cell of another column (`clips/<speaker>/<take>.wav`), there is one for each of these, for the row it stands in."""
    parts = folder.split(os.sep)
    for place, part in enumerate(parts):
        column = run.met.cells.get(part)
        if column is not None:
            cells = [cell for cell, of in run.met.cells.items() if of == column]
            few = len(cells) <= PATHS
            homes = [os.sep.join([*parts[:place], cell, *parts[place + 1 :]]) for cell in cells]
            return [(home, range(PATHS) if few else [row % PATHS]) for row, home in enumerate(homes)]
    return [(folder, range(PATHS))]


def _readings(name: str) -> list[tuple[str, str]]:
    """What of a path may be a cell, and the suffix that the script itself has put to it: all, the last part, both
    without their suffix."""
    base = os.path.basename(name)
    found = [(name, ""), (base, "")]
    return found + [os.path.splitext(part) for part, _ in found if os.path.splitext(part)[1] not in ("", ".")]


def _kind(run: Run, error: BaseException | None, column: str = "") -> str:
    """By the library that opens it, else by those that the script imports, or by what the column is called."""
    running = reversed(frames(error)) if error is not None else ()
    at_work = [str(f.f_globals.get("__name__", "")).split(".") for f in running]
    for parts in (*at_work, run.hints.roots):
        for package, suffix in {**patterns.OPENING, "sounds": ".wav"}.items():
            if package in parts:
                return suffix
    return next((suffix for suffix, called in BY_COLUMN.items() if called.search(column)), ".txt")
