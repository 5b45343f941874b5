"""The scripts to try: all Python files of the environment that this runs in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator


def environment_files() -> list[str]:
    """Every .py file below the site-packages folders on the path, and the standard library's own, each once."""
    folders = [path for path in sys.path if os.path.basename(path) == "site-packages"]
    found = {os.path.realpath(path): path for folder in folders for path in _below(folder)}
    return sorted(found.values())


def _below(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(place, name) for name in names if name.endswith(".py"))
