"""Files in an archive that was made up: those of which the script knows the names by itself, of its settings, say, or
makes them of the cells of rows (`"images/" + row["file"]`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ....context import Run
from ....stand_in.made_up.files import archives, forms
from ..learning import Learned, frames, more
from .rows import left_none

NO_MEMBER = re.compile(r"^(?:There is no item named (['\"].*['\"]) in the archive|filename (['\"].*['\"]) not found)$")
SUFFIX = re.compile(r"\.[a-z]\w{1,5}$", re.I)
MOST = 64  # of the files that are called by the cells of a column
SHORT = 3  # letters of a cell that may be a part of other words by chance


def lacking(run: Run, error: BaseException) -> Learned | None:
    """Those that it asks for in vain, or holds against the names in the archive, so that it has left all rows out.
    What is the cell of a row as a whole becomes a name that is there: see `lookups.values`."""
    names = [*_missed(error), *(_compared(run) if left_none(run, error) else ())] if run.made_up else []
    asked = [(name, _cell(run, name)) for name in dict.fromkeys(names) if name not in run.met.cells]
    columns = {run.met.cells[cell] for name, cell in asked if cell and name.endswith(cell) and not SUFFIX.search(name)}
    paths, media = run.spec.learned.get("paths", {}), archives.media(run)
    unknown = columns - paths.keys()
    if unknown and media:  # what is a text as yet is the name of such a file
        return {"paths": {**paths, **dict.fromkeys(sorted(unknown), media[0])}}
    known = run.spec.learned.get("members", ())
    new = [n for name, cell in asked for n in _alike(run, name, cell) if n not in known]
    return more(run, "members", new) if new else None


def _missed(error: BaseException) -> Iterator[str]:
    """What zipfile and tarfile say of a name that is not there (Python 3.11)."""
    said = NO_MEMBER.match(str(error.args[0])) if isinstance(error, KeyError) and error.args else None
    if said is not None:
        archive = frames(error)[-1].f_locals.get("self")
        path = getattr(archive, "filename", None) or getattr(archive, "name", None)  # of zipfile, of tarfile
        if isinstance(path, str) and forms.is_made_up(path):
            yield str(ast.literal_eval(said[1] or said[2]))


def _compared(run: Run) -> Iterator[str]:
    return (each.cell for each in run.filters.wanted if not run.met.packed.isdisjoint(each.values))


def _cell(run: Run, name: str) -> str | None:
    """The longest cell in it."""
    return max((c for c in run.met.cells if len(c) > SHORT and c in name), key=len, default=None)


def _alike(run: Run, name: str, cell: str | None) -> list[str]:
    """The name, and those that are made of the other cells of the same column."""
    if cell is None:
        return [name]
    others = [c for c, column in run.met.cells.items() if column == run.met.cells[cell]]
    return [name, *(name.replace(cell, other) for other in others)][:MOST]
