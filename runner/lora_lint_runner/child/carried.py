"""Paths from one attempt to the next, whose box is another."""

from __future__ import annotations

import os

from .context import Run

BOX = "<box>" + os.sep


def carried(run: Run, path: str) -> str:
    """A path as the next attempt can take it: relative to where the script is started, if it lies there."""
    if path.startswith(run.spec.work + os.sep):
        path = os.path.relpath(path, run.spec.cwd)
    return path.replace(run.spec.box + os.sep, BOX)


def here(run: Run, path: str) -> str:
    """Such a path in the box of this attempt."""
    return path.replace(BOX, run.spec.box + os.sep)


def learned_of(run: Run, path: str | os.PathLike[str], what: str) -> bool:
    """Has an earlier attempt learned this of a path?"""
    return carried(run, os.fspath(path)) in run.spec.learned.get(what, ())
