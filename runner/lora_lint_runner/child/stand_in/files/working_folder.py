"""`os.chdir("/content/project")`: where a script goes that has cloned its own project. It is here already."""

from __future__ import annotations

import os
import shutil
from typing import Any

from ...context import Run


def install(run: Run) -> None:
    """A folder that is not here is a copy of the project, under its own name: that is where the saves are expected."""

    def going(real: Any) -> Any:
        def chdir(path: Any) -> None:
            try:
                real(path)
            except FileNotFoundError:
                if not run.code.asks():
                    raise
                run.neutral(f"folder {os.fspath(path)} is not here: a copy of the project in its place")
                there = os.path.abspath(run.paths.writing(path))
                with run.journal.silent():
                    shutil.copytree(run.spec.work, there, symlinks=True, ignore=_all_but(there), dirs_exist_ok=True)
                real(there)

        return chdir

    run.patches.replace(os, "chdir", going)


def _all_but(target: str) -> Any:
    """Of the folders on the way to the copy, the next one is left out: it would be copied into itself."""

    def ignored(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if f"{target}{os.sep}".startswith(os.path.join(folder, name, ""))]

    return ignored
