"""Files of which a clone without git-lfs has only what it knows their content by, and such as hold nothing at all."""

from __future__ import annotations

import os

POINTER = b"version https://git-lfs"
MOST_BYTES = 1024


def is_pointer(path: str | os.PathLike[str]) -> bool:
    """Is a file one of these?"""
    if os.path.getsize(path) > MOST_BYTES:
        return False
    with open(path, "rb") as file:
        return file.read(len(POINTER)) == POINTER


def holds_nothing(path: str | os.PathLike[str]) -> bool:
    """Is there nothing in a file that its name speaks of? One of these, or one of white space only."""
    if not os.path.isfile(path) or os.path.getsize(path) > MOST_BYTES:
        return False
    with open(path, "rb") as file:
        return not file.read().strip() or is_pointer(path)
