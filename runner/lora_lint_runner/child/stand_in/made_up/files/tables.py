"""Files with made-up rows, for scripts that read them by themselves."""

from __future__ import annotations

import builtins
import contextlib
import difflib
import json
import os
import shutil
from collections import Counter
from datetime import datetime
from fnmatch import fnmatch
from functools import partial
from typing import Any

from ....carried import BOX, here
from ....context import Run
from ....pointers import holds_nothing
from ... import sounds
from .. import rows
from ..cells import kinds
from ..suffixes import BY_ARROW, CLASS, CLASSES, GROUP, GROUPS, PICTURES, ROWS, SOUNDS, suffix_of
from . import (
    asked_for,
    binaries,
    coco,
    contents,
    documents,
    forms,
    groups,
    keyed,
    lines,
    packed,
    settings,
    standoff,
    written,
)

FOLDER = 8
ANY, OWN = "0", "train"  # the names of a file that may have any, and of the only one in a folder
TOGETHER = 4  # rows in a list, where there are such
SHORT = 3  # lines of a text, where longer ones are left out
NAMED = 3  # files that are made up while the script reads them and that the report names
LISTED = 8  # files and folders of them that the report lists
OF_CELLS = ("csv", "tsv", "txt")
OF_SETTINGS = (".json", ".yaml", ".yml")


def install(run: Run) -> None:
    """Makes up the files that an earlier attempt found missing."""
    on_demand(run)
    names = run.spec.learned.get("files", ())
    told: dict[str, None] = {}
    for name in [n for each in names for n in _each(run, each)]:
        path = here(run, name)
        if any(other.startswith(name + os.sep) for other in names):  # it is a folder, then
            continue
        if holds_nothing(path):
            with run.journal.silent():
                os.unlink(run.paths.owning(path))
        elif os.path.exists(path):
            continue
        kin = _kin(path) if run.spec.learned.get("record") else None
        said = "made up" if kin is None else f"{os.path.basename(kin)} in its place"
        told[f"{_spoken(name.replace(BOX, ''), kin)}: {said}"] = None
        with run.journal.silent(), contextlib.suppress(Exception):  # what cannot be made up is not there, then
            if kin is not None:
                shutil.copyfile(kin, path)
            elif coco.is_one(run, path) or not _recorded(run, path):
                _make_up(run, path)
    for what in [*told][:LISTED]:
        run.neutral(f"data file {what}")
    if len(told) > LISTED:
        run.neutral(f"{len(told) - LISTED} more files or folders of data: made up")


def _recorded(run: Run, path: str) -> bool:
    """Makes up a file that holds one record, where that is what was learned and the script asks it for fields."""
    record = run.spec.learned.get("record") and path.endswith(OF_SETTINGS) and keyed.named(run, path) is None
    return bool(record and settings.made(run, path, contents.rows_of(run) if run.hints.columns else None, data=True))


def _spoken(name: str, kin: str | None) -> str:
    """Pictures and sounds are spoken of by their folder."""
    folder, base = os.path.split(name)
    suffix = os.path.splitext(base)[1].lower()
    return os.path.join(folder, f"*{suffix}") if folder and kin is None and suffix in (*PICTURES, *SOUNDS) else name


def _each(run: Run, name: str) -> list[str]:
    """A file, or one for each class, in each group."""
    if GROUP in name:
        return [found for group in GROUPS for found in _each(run, name.replace(GROUP, group, 1))]
    column = run.hints.folder_column
    known = groups.folders(column) if column is not None else CLASSES
    return [name.replace(CLASS, kind) for kind in run.spec.learned.get("folders", known)] if CLASS in name else [name]


def on_demand(run: Run) -> None:
    """From now on a file of data is made up when it is read, in a folder that is made up itself."""
    names = (here(run, n) for n in run.spec.learned.get("files", ()))
    learned = [os.path.abspath(os.path.join(run.spec.cwd, n)) for n in names]
    folders = {os.path.dirname(n) for n in learned}
    homes = tuple(os.path.join(f, "") for f in (os.path.join(run.spec.box, "made-up"), *folders) if not _has_files(f))
    asked_for.install(run, [n for n in learned if n.startswith(homes)], make)

    suffixes = {*ROWS, *PICTURES, *SOUNDS, *(suffix_of(n) for n in learned if suffix_of(n))}
    made: list[str] = []

    def opening(real: Any) -> Any:
        def open_(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if isinstance(file, (str, os.PathLike)) and mode.startswith("r"):
                path = os.path.abspath(os.fspath(file))
                if path.startswith(homes) and suffix_of(path) in suffixes and _absent(path):
                    made.append(path)
                    if len(made) <= NAMED:
                        more = "" if len(made) < NAMED else ", and others beside it"
                        run.neutral(f"data file {os.path.basename(path)}{more}: made up")
                    with run.journal.silent():
                        make(run, path)
            if isinstance(file, (str, os.PathLike)) and forms.is_made_up(file):
                run.met.last_read = os.path.basename(file)
            return real(file, mode, *args, **options)

        return open_

    run.patches.replace(builtins, "open", opening)


def _absent(path: str) -> bool:
    return not os.path.exists(path) and not os.path.isfile(os.path.dirname(path))


def _has_files(folder: str) -> bool:
    """Besides those by which a clone keeps it: `.gitkeep`."""
    names = os.listdir(folder) if os.path.isdir(folder) else ()
    return any(os.path.isfile(os.path.join(folder, name)) for name in names if not name.startswith("."))


def _make_up(run: Run, path: str) -> None:
    """A file of its suffix's form; a folder of pictures or sounds holds more than one, and what is said of each."""
    for spot in _spots(run, path):
        write_rows(run, spot)


def _spots(run: Run, path: str) -> list[str]:
    """The files that stand for one that was found missing."""
    stem, suffix = os.path.splitext(path)
    media = suffix.lower() in (*PICTURES, *SOUNDS)
    others = [os.path.splitext(here(run, name)) for name in run.spec.learned.get("files", ())]
    told = any(other == stem and its.lower() in (*PICTURES, *SOUNDS) for other, its in others)
    alone = (not media or os.path.isdir(os.path.dirname(path))) and not (told and suffix.lower() in ROWS)
    any_name = os.path.basename(stem) == ANY and run.hints.name_parts.stems()
    return [path] if alone and not any_name else _several(run, path)


def _several(run: Run, path: str) -> list[str]:
    """A folder's files: by the cells that the script looks them up by, or by names that it takes apart, if it does."""
    stem, suffix = os.path.splitext(path)
    folder, begun = os.path.split(stem)
    stems = _cells(run) or run.hints.name_parts.stems(FOLDER, "" if begun == OWN else begun.removesuffix(ANY))
    found = [os.path.join(folder, name) for name in stems]
    return [name + suffix for name in found or [stem, *(f"{stem}-{place}" for place in range(1, FOLDER))]]


def _cells(run: Run) -> list[str]:
    """Those of the columns that are the names of files."""
    found = [str(cell) for column in run.spec.learned.get("stems", ()) for cell in contents.cells_of(run, column)]
    return [cell for cell in found if os.sep not in cell]


def _others(run: Run, path: str) -> list[str]:
    """The other files that are made up: one that is alone in its folder stands for several, others are all there are.
    What is found by their names would ask for more of them each time."""
    files = [file for name in run.spec.learned.get("files", ()) if (file := here(run, name)) != path]
    homes = Counter(map(os.path.dirname, files))
    return [o for file in files for o in (file, *(_several(run, file) if homes[os.path.dirname(file)] == 1 else ()))]


def _kin(path: str) -> str | None:
    """The file beside it that is of its kind and has the name most like its own: a template among templates."""
    folder, name = os.path.split(path)
    with contextlib.suppress(OSError):
        suffix = os.path.splitext(name)[1]
        names = [n for n in sorted(os.listdir(folder or ".")) if n.endswith(suffix)]
        likely = difflib.get_close_matches(name, names, 1, 0) if suffix else []
        return os.path.join(folder, likely[0]) if likely else None
    return None


def make(run: Run, path: str) -> None:
    """A file of rows, or of one record, where that is what was learned."""
    if not _recorded(run, path):
        write_rows(run, path)


def write_rows(run: Run, path: str) -> None:
    """A file with rows that the script asks for, in the form in which it reads them."""
    if coco.is_one(run, path):
        coco.write(run, path, contents.COUNT)
        return
    if coco.lists_kinds(run, path):
        coco.write_kinds(path)
        return
    name, table, named = os.path.basename(path), keyed.table_of(run, path), keyed.named(run, path)
    if named is not None:
        keyed.write_named(run, path, named)
        return
    if table is not None:
        keyed.write(run, path, table, [os.path.basename(other) for other in _others(run, path)])
        return
    if packed.is_one(run, path):
        packed.write(run, path)
        return
    if binaries.is_made(run, path) and (binaries.of_numbers(run, path) or suffix_of(path) not in ROWS):
        forms.written(path)
        binaries.write(run, path, contents.rows_of(run, name=name), write_rows)
        return
    if standoff.is_one(path):
        standoff.write(run, path, write_rows)
        return
    if suffix_of(path) in SOUNDS and written.lasting(run) is not None:
        forms.written(path)
        sounds.write(path, seconds=written.lasting(run))
        return
    if documents.is_made(path):
        documents.write(run, path, name)
        return
    suffix = suffix_of(path)[1:] or ("json" if "json" in run.hints.roots else "")
    form = next((form for pattern, form in run.hints.table_files.items() if fnmatch(name, pattern)), None)
    suffix = form if form is not None and forms.is_text("." + suffix) and suffix not in OF_CELLS[:2] else suffix
    text = forms.is_text("." + suffix) and suffix_of(path) == "." + suffix  # also of one that is packed
    if text and lines.taken_apart(run, path, suffix):
        forms.written(path)
        lines.write(run, path, contents.rows_of(run, name=name))
    else:
        found: list[Any] = contents.rows_of(run, name=name)
        found = _its_own(run, name, found) if text and suffix not in OF_CELLS[:2] else found
        found = found[:SHORT] if text and run.spec.learned.get("short texts") else found
        if run.spec.learned.get("in lists") and suffix in ("json", "jsonl"):
            found = [rows.chat(found[place : place + TOGETHER]) for place in range(0, len(found), TOGETHER)]
        if run.spec.learned.get("plain") and suffix == "json":
            found = [kinds.text(place) for place in range(len(found))]
        if run.hints.decimal != "." and suffix in OF_CELLS:
            found = [{column: _written(cell, run.hints.decimal) for column, cell in row.items()} for row in found]
        if "." + suffix in BY_ARROW:
            found = [{column: _moment(run, column, cell) for column, cell in row.items()} for row in found]
        title = partial(lines.title, run, path)
        forms.write(path, found, suffix, contents.whole(run, name), run.hints.separator, title)


def _its_own(run: Run, name: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that are of no other text: where two are of two languages, the one is held against the other."""
    return [
        {
            column: rows.remembered(run, column, place, kinds.text(place, column + name))
            if cell == kinds.text(place, column)
            else cell
            for column, cell in row.items()
        }
        for place, row in enumerate(found)
    ]


def _written(cell: Any, mark: str) -> Any:
    """A number with another mark than a point in it."""
    return str(cell).replace(".", mark) if isinstance(cell, float) else cell


def _moment(run: Run, column: str, cell: Any) -> Any:
    """A date of a series as pandas keeps one: no text, which nothing counts in hours, where the script does not say how
    it reads it."""
    shape = run.hints.columns.get(column)
    as_told = shape is not None and shape.kind == "date" and column not in run.hints.date_forms
    return datetime.fromisoformat(cell) if as_told and isinstance(cell, str) else cell


def downloaded(run: Run, repository: str, name: str) -> str:
    """A file from the repository of a data set."""
    path = os.path.join(run.box("made-up", repository.replace("/", "-")), name)
    suffix = name.rsplit(".", 1)[-1].lower()
    run.neutral(f"file {name} of {repository}: made up")
    run.met.downloaded = True
    if suffix == "json" and "label" in name.lower():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(settings.MAPPINGS["id2label"], file)
    else:
        write_rows(run, path)
    return path
