"""Parts of a project that are repositories of their own, and that `git clone` leaves out: git's submodules."""

from __future__ import annotations

import os
import re

from ..context import Run

PATH = re.compile(r"^\s*path\s*=\s*(.+?)\s*$", re.M)
UNLOADED = re.compile(r"cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)'")
GET_IT = "a git submodule that is not here: git submodule update --init"


def lacked(run: Run, error: BaseException) -> str | None:
    """The one that what was to be imported lies in."""
    if not isinstance(error, ImportError):
        return None
    found = UNLOADED.search(str(error))
    name = f"{found[2]}.{found[1]}" if found is not None else str(error.name or "")
    return next((path for path in _missing(run) if _holds(path, name)), None) if name else None


def _missing(run: Run) -> list[str]:
    """Those that have no files, by their paths in the project."""
    try:
        with open(os.path.join(run.spec.work, ".gitmodules"), encoding="utf-8", errors="replace") as file:
            paths = PATH.findall(file.read())
    except OSError:
        return []
    return [path for path in paths if not any(files for _, _, files in os.walk(os.path.join(run.spec.work, path)))]


def _holds(path: str, name: str) -> bool:
    """Is a module below a path, or of the package that a repository of that name has: `import llava` of `LLaVA`?"""
    parts, asked = path.split("/"), name.split(".")
    below = any(asked[: len(parts) - start] == parts[start:] for start in range(len(parts)))
    return below or parts[-1].lower().replace("-", "_") == asked[0].lower()
