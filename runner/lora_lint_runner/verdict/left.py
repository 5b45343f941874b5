"""What lies on disk after a run and did not before: every file, by folder, as the script names it."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterator
from pathlib import Path


def left(box: Path, work: Path, cwd: Path, home: Path) -> dict[str, list[str]]:
    """The files that a run in `box` left. `work` is its copy of the folder `home`, `cwd` where it was started."""
    found: dict[str, list[str]] = {}
    for folder, names in _folders(work):
        own = [name for name in names if not _same(folder / name, home / folder.relative_to(work) / name)]
        if own:
            place = home / folder.relative_to(work)
            found[os.path.relpath(folder, cwd) if cwd.is_relative_to(work) else str(place)] = own
    for folder, names in _folders(box / "abs"):
        found[f"{os.sep}{folder.relative_to(box / 'abs')}"] = names
    for folder, names in _folders(box / "pushed"):
        found[f"hub:{folder.relative_to(box / 'pushed')}".replace("--", "/", 1)] = names
    return found


def _folders(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Each folder that is no link, with its files that are none."""
    for folder, _, names in os.walk(root):
        own = sorted(name for name in names if not os.path.islink(os.path.join(folder, name)))
        if own:
            yield Path(folder), own


def _same(path: Path, original: Path) -> bool:
    return original.is_file() and filecmp.cmp(path, original, shallow=False)
