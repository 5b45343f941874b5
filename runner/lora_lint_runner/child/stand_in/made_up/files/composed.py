"""Files of hydra's groups (`conf/data/lima.yaml`) that are not here, as a line in .gitignore has left them out: another
one of the same group, else one with what the script asks of that part of its settings."""

from __future__ import annotations

import os
from typing import Any

from ....context import Run
from ....reading import asked_settings, sources


def composes(run: Run) -> bool:
    """Are the script's settings put together by hydra?"""
    return "hydra" in run.hints.roots


def group(path: str) -> str:
    """The group that a file is one of; its name for the folder as well as for the part of the settings."""
    return os.path.basename(os.path.dirname(os.path.abspath(path)))


def wanted(run: Run, path: str) -> Any:
    """What the script asks of the part that a file makes; of all where it is in no group. Nested as the folders are."""
    whole = asked_settings.composed(sources.trees(run.spec.script, run.spec.work))
    folders = os.path.dirname(os.path.abspath(path)).split(os.sep)
    for start in range(len(folders)):
        part: Any = whole
        for name in folders[start:]:
            part = part.get(name) if isinstance(part, dict) else None
        if isinstance(part, dict):
            return part
    return whole
