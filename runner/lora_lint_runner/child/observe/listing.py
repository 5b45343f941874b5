"""Which files a save has written: the folder before and after."""

from __future__ import annotations

import os
from typing import Any

Listing = dict[str, tuple[int, int]]


TEMPORARY = "/tmp"  # what reports call the folder for temporary files, whose name is that of a box


def named(place: Any, moved: str, temporary: str, begun: str) -> str:
    """A place as the script names it, also where it was led below `moved` before the script got it back, or lies in the
    folder for temporary files. A relative one is reckoned from where the script has `begun`, wherever it is now."""
    if not isinstance(place, (str, os.PathLike)) or not os.fspath(place):
        return str(place)
    found = os.path.normpath(os.fspath(place))
    if found.startswith(temporary + os.sep):
        return TEMPORARY + found[len(temporary) :]
    if found.startswith(moved + os.sep):
        return found[len(moved) :]
    here, start = os.path.realpath(os.getcwd()), os.path.realpath(begun)
    if os.path.isabs(found) or here == start:
        return found
    apart = os.path.realpath(moved)
    if f"{here}{os.sep}".startswith(apart + os.sep):  # the script went into a folder outside, which is a copy
        return os.path.normpath(os.path.join(here[len(apart) :], found))
    return os.path.normpath(os.path.join(os.path.relpath(here, start), found))


def listing(folder: str) -> Listing:
    """Files below a folder (or the file itself) with size and time of change."""
    found: Listing = {}
    if os.path.isfile(folder):
        entry = os.stat(folder)
        return {folder: (entry.st_size, entry.st_mtime_ns)}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            try:
                entry = os.lstat(path)
            except OSError:
                continue
            found[path] = (entry.st_size, entry.st_mtime_ns)
    return found


def changed(before: Listing, after: Listing, folder: str, place: str) -> dict[str, dict[str, int]]:
    """What was written, by directory as the script names it."""
    found: dict[str, dict[str, int]] = {}
    for path, entry in sorted(after.items()):
        if before.get(path) == entry:
            continue
        if path == folder:
            home, name = os.path.split(place)
        else:
            relative = os.path.relpath(os.path.dirname(path), folder)
            home = place if relative == "." else os.path.join(place, relative)
            name = os.path.basename(path)
        found.setdefault(home or ".", {})[name] = entry[0]
    return found
