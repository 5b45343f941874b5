"""Projects beside the script's own, where the folder that was copied is no project itself: a script that says `../data`
takes the folder above its project along."""

from __future__ import annotations

import os

from .context import Run

MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "lora-lint.toml")


def is_another(run: Run, folder: str) -> bool:
    """Is a folder in the copy another project than the script's?"""
    if run.spec.cwd == run.spec.work or run.spec.script.startswith(os.path.join(folder, "")):
        return False
    return _marked(folder) and not _marked(run.spec.home)


def _marked(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, name)) for name in MARKS)
