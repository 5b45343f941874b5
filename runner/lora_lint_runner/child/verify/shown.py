"""A directory of the box under the name that the script has for it."""

from __future__ import annotations

import os

from ..context import Run
from ..observe.listing import TEMPORARY


def shown(run: Run, folder: str) -> str:
    """A directory of the box as the script names it: relative to its working directory, absolute where it was, and
    where that is no part of the project."""
    moved = run.paths.moved
    if folder.startswith(moved + os.sep):
        return folder[len(moved) :]
    temporary = run.box("tmp")
    if folder.startswith(temporary + os.sep):
        return TEMPORARY + folder[len(temporary) :]
    pushed = os.path.join(run.spec.box, "pushed") + os.sep
    if folder.startswith(pushed):
        return "hub:" + folder[len(pushed) :].replace("--", "/", 1)
    home, work = run.paths.copies[0]
    if run.spec.also and f"{folder}{os.sep}".startswith(work + os.sep):
        return os.path.normpath(home + folder[len(work) :])
    return os.path.relpath(folder, os.path.realpath(run.spec.cwd))
