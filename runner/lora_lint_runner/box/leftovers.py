"""The temporary folders of runs that were killed: the next run removes them."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows: there they stay
    fcntl = None  # type: ignore[assignment]

PREFIX = "lora-lint-run-"
LOCK = ".in-use"
YOUNG = 60.0  # seconds in which a folder may not have its lock yet


def claimed_folder() -> tuple[Path, IO[bytes]]:
    """A new temporary folder, and its lock: while that is open, no other run removes the folder."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = (folder / LOCK).open("wb")
    if fcntl is not None:
        fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def remove_leftovers() -> None:
    """Removes the folders that no process holds any more."""
    if fcntl is None:
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            about = folder.lstat()
            if about.st_uid != os.getuid() or time.time() - about.st_mtime < YOUNG:
                continue
            with (folder / LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # in use, somebody else's, or no folder of a run
            continue
