"""A copy of the project for a run to write into: the folders that it starts from are copied, all else is linked.

A link is never written through: the child replaces it by a copy first, and Landlock refuses what slips by.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

SKIPPED = frozenset(
    (
        ".git .hg .svn .venv venv env node_modules __pycache__ .mypy_cache .ruff_cache .pytest_cache .tox .nox .idea "
        ".vscode .eggs lora-lint-full wandb mlruns .ipynb_checkpoints .lora-lint_cache .cache"
    ).split()
)
COPIED_BELOW = 4 * 2**20
COPIED_IN_ALL = 256 * 2**20
ENTRIES = 4000
CHECKPOINT = re.compile(r"^checkpoint-\d+$")


class Copied(NamedTuple):
    """Where the copy's root is, and what was left out or only linked, in words."""

    root: Path
    notes: list[str]


def project_of(script: Path, cwd: Path) -> Path:
    """The folder that a run needs a copy of: the script's repository, else where the script is started from, if it lies
    below, else its own folder."""
    for folder in script.parents:
        if (folder / ".git").exists():
            return folder
    if cwd in script.parents and cwd not in (Path(cwd.anchor), Path.home()):
        return cwd
    return script.parent


def copy(root: Path, target: Path, used: Iterable[Path]) -> Copied:
    """Lays out a copy of `root` at `target`. The folders that lead to the `used` paths are folders of copies; every
    other folder is a link, which the child makes a folder of its own before anything is written below it."""
    opened = {
        folder for path in used for folder in (path, *path.parents) if folder.is_relative_to(root) and folder.is_dir()
    }
    notes: list[str] = []
    size = 0
    for folder in sorted(opened | {root}):
        place = target / folder.relative_to(root)
        place.mkdir(parents=True, exist_ok=True)
        try:
            found = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            continue
        for entry in found[:ENTRIES]:
            spot = place / entry.name
            if entry.is_dir():
                if (
                    entry.name in SKIPPED
                    or Path(entry.path) in opened
                    or target.is_relative_to(entry.path)
                    or _environment(entry.path)
                ):
                    continue
                if CHECKPOINT.match(entry.name) and os.path.exists(os.path.join(entry.path, "trainer_state.json")):
                    notes.append(f"{os.path.relpath(entry.path, root)}: checkpoints of real runs are left out")
                    continue
                spot.symlink_to(os.path.realpath(entry.path), target_is_directory=True)
            else:
                size += _lay(entry, spot, size)
    return Copied(target, notes)


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


def _environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.exists(os.path.join(folder, "conda-meta"))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return COPIED_BELOW + 1
