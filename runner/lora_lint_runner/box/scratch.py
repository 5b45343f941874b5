"""A copy of the project for a run to write into: the folders that it starts from are copied, all else is linked.

A link is never written through: the child replaces it by a copy first, and Landlock refuses what slips by. What is left
out is laid in by another attempt, where a script asks for it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

TOOLS = frozenset(  # nobody's own; an environment is told by what lies in it
    (
        ".git .hg .svn node_modules __pycache__ .mypy_cache .ruff_cache .pytest_cache .tox .nox .idea .vscode .eggs "
        ".ipynb_checkpoints .lora-lint_cache"
    ).split()
)
LOGS = frozenset(("wandb", "mlruns", "lora-lint-full"))  # what runs leave; a package of that name would not be found
COPIED_BELOW = 4 * 2**20
COPIED_IN_ALL = 256 * 2**20
COPIES = 4000  # in one folder; the others are links
ENTRIES = 20_000  # in one folder
CHECKPOINT = re.compile(r"^checkpoint-\d+$")


class Copied(NamedTuple):
    """Where the copy's root is, and what was left out or only linked, in words."""

    root: Path
    notes: list[str]


def copy(root: Path, target: Path, used: Iterable[Path], laid: Iterable[str] = ()) -> Copied:
    """Lays out a copy of `root` at `target`. The folders that lead to the `used` paths are folders of copies; every
    other folder is a link, which the child makes a folder of its own before anything is written below it. What is
    `laid`, relative to `root`, is there whatever is left out."""
    opened = {
        folder for path in used for folder in (path, *path.parents) if folder.is_relative_to(root) and folder.is_dir()
    }
    notes: list[str] = []
    size = 0
    for folder in sorted(opened | {root}):
        place = target / folder.relative_to(root)
        place.mkdir(parents=True, exist_ok=True)
        found = _entries(folder)
        for count, entry in enumerate(found[:ENTRIES]):
            spot = place / entry.name
            if not entry.is_dir():
                size += _lay(entry, spot, size if count < COPIES else COPIED_IN_ALL)
            elif Path(entry.path) in opened or target.is_relative_to(entry.path):
                continue
            elif (why := left_out(entry.path)) is None:
                spot.symlink_to(os.path.realpath(entry.path), target_is_directory=True)
            elif why:
                notes.append(f"{os.path.relpath(entry.path, root)}: {why}")
        if len(found) > ENTRIES:
            notes.append(f"{folder}: {len(found) - ENTRIES} of its {len(found)} entries are left out of the copy")
    for relative in laid:
        spot = own(target, Path(relative))
        if not spot.exists():
            spot.symlink_to(os.path.realpath(root / relative))
    return Copied(target, notes)


def left_out(folder: str) -> str | None:
    """Why a folder is no part of a project: empty where nobody has to be told, None where it is one."""
    name = os.path.basename(folder)
    if any(os.path.exists(os.path.join(folder, file)) for file in ("pyvenv.cfg", "conda-meta")):
        return ""
    if os.path.exists(os.path.join(folder, "__init__.py")):
        return None
    if CHECKPOINT.match(name) and os.path.exists(os.path.join(folder, "trainer_state.json")):
        return "checkpoints of real runs are left out"
    return "" if name in TOOLS else "left out of the copy" if name in LOGS else None


def _entries(folder: Path) -> Sequence[os.DirEntry[str]]:
    """What lies in a folder: what may be imported comes first."""
    try:
        return sorted(os.scandir(folder), key=lambda e: (not e.name.endswith(".py") and not e.is_dir(), e.name))
    except OSError:
        return ()


def _lay(entry: os.DirEntry[str], spot: Path, size: int) -> int:
    """Copies a small file, links a big one; how many bytes were copied."""
    bytes_ = _size(entry)
    if entry.is_file(follow_symlinks=False) and bytes_ <= COPIED_BELOW and size + bytes_ <= COPIED_IN_ALL:
        try:
            shutil.copyfile(entry.path, spot)
            os.chmod(spot, 0o644 | (os.stat(entry.path).st_mode & 0o111))
            return bytes_
        except OSError:
            return 0
    if entry.is_file() or entry.is_symlink():
        spot.symlink_to(os.path.realpath(entry.path))
    return 0


def own(root: Path, relative: Path) -> Path:
    """A file of the copy that can be written: folders on the way that are links become folders of links."""
    place = root
    for part in relative.parts[:-1]:
        place = place / part
        if place.is_symlink():
            source = place.resolve()
            place.unlink()
            place.mkdir()
            for entry in os.scandir(source):
                (place / entry.name).symlink_to(entry.path, target_is_directory=entry.is_dir())
        place.mkdir(exist_ok=True)
    spot = place / relative.name
    if spot.is_symlink():
        spot.unlink()
    return spot


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return COPIED_BELOW + 1
