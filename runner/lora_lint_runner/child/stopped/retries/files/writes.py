"""Folders that a script writes to or deletes, and that are not there."""

from __future__ import annotations

import os
import re
import traceback

from ....carried import carried
from ....context import Run
from ..learning import Learned
from .missing_files import missing_path, written

NO_FOLDER = re.compile(r"Cannot save file into a non-existent directory: '(.+)'")


def removals(run: Run, error: BaseException) -> Learned | None:
    """A folder that a script deletes, of an earlier run of its own: it is gone already."""
    path = missing_path(error)
    trace = traceback.extract_tb(error.__traceback__)
    deletes = any(f.name in ("rmtree", "remove", "unlink", "removedirs") or "rmtree(" in (f.line or "") for f in trace)
    known = run.spec.learned.get("removals", [])
    new = carried(run, path) if path and deletes else None
    return {"removals": [*known, new]} if new is not None and new not in known else None


def parents(run: Run, error: BaseException) -> Learned | None:
    """The folder that a script makes another one in, or writes to: it is there from an earlier run, or made by hand."""
    path = missing_path(error)
    makes = any(re.search(r"\bmkdir\(", f.line or "") for f in traceback.extract_tb(error.__traceback__))
    makes = makes or written(error)
    above = os.path.dirname(carried(run, path).rstrip(os.sep)) if path is not None and makes else ""
    known = run.spec.learned.get("files", [])
    new = above and not os.path.isabs(above) and os.path.join(above, "") not in known
    return {"files": sorted({*known, os.path.join(above, "")})} if new else None


def saved_into(run: Run, error: BaseException) -> Learned | None:
    """The folder that pandas is to write to, wherever it lies."""
    said = NO_FOLDER.search(str(error)) if isinstance(error, OSError) else None
    known = run.spec.learned.get("files", [])
    new = os.path.join(carried(run, said[1]), "") if said is not None else None
    return {"files": sorted({*known, new})} if new is not None and new not in known else None
