"""Links of the box: a folder of the project that nothing was written below is one, and a big file."""

from __future__ import annotations

import os
from collections.abc import Callable


def link_all(source: str, folder: str) -> None:
    """Puts a link into a folder to each thing that another one holds."""
    for name in os.listdir(source):
        os.symlink(os.path.join(source, name), os.path.join(folder, name))


def own_folders(path: str, root: str, free: Callable[[str], bool] = lambda _: False) -> None:
    """Makes the folders on the way from `root` to a path real ones, which hold links to what the linked ones held.
    Those that lead to where it is `free` to write stay links."""
    place = root
    for part in os.path.relpath(os.path.dirname(path), root).split(os.sep):
        place = os.path.join(place, part)
        if os.path.islink(place) and os.path.isdir(place) and not free(os.path.realpath(place)):
            source = os.path.realpath(place)
            os.unlink(place)
            os.mkdir(place)
            link_all(source, place)
