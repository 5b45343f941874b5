"""A copy of the project for a run to write into. Small files are copied, big ones linked, what git ignores is linked whole.

A link is never written through: the child replaces it by a copy first, and Landlock refuses what slips by.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from pathlib import Path
from typing import NamedTuple

SKIPPED = frozenset(
    (
        ".git .hg .svn .venv venv env node_modules __pycache__ .mypy_cache .ruff_cache .pytest_cache .tox .nox .idea .vscode "
        ".eggs wandb mlruns .ipynb_checkpoints .lora-lint_cache .cache"
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


def copy(root: Path, target: Path) -> Copied:
    """Lays out a copy of `root` at `target`."""
    target.mkdir(parents=True, exist_ok=True)
    linked = _ignored(root)
    notes: list[str] = []
    waiting: deque[tuple[Path, Path]] = deque([(root, target)])
    entries = size = 0
    while waiting:
        source, place = waiting.popleft()
        try:
            found = sorted(os.scandir(source), key=lambda e: e.name)
        except OSError:
            continue
        for entry in found:
            entries += 1
            spot = place / entry.name
            if entry.is_dir(follow_symlinks=False):
                if entry.name in SKIPPED or _environment(entry.path) or target == Path(entry.path) or target.is_relative_to(entry.path):
                    continue
                if CHECKPOINT.match(entry.name) and os.path.exists(os.path.join(entry.path, "trainer_state.json")):
                    notes.append(f"{os.path.relpath(entry.path, root)}: checkpoints of real runs are left out")
                    continue
                if entries > ENTRIES or Path(entry.path) in linked:
                    spot.symlink_to(entry.path, target_is_directory=True)
                else:
                    spot.mkdir()
                    waiting.append((Path(entry.path), spot))
                continue
            bytes_ = _size(entry)
            if entry.is_file(follow_symlinks=False) and bytes_ <= COPIED_BELOW and size + bytes_ <= COPIED_IN_ALL and entries <= ENTRIES * 2:
                size += bytes_
                try:
                    shutil.copy2(entry.path, spot)
                    os.chmod(spot, 0o644 | (os.stat(entry.path).st_mode & 0o111))
                except OSError:
                    continue
            elif entry.is_file() or entry.is_symlink():
                spot.symlink_to(os.path.realpath(entry.path))
    return Copied(target, notes)


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


def _ignored(root: Path) -> set[Path]:
    """The folders that git ignores: data, outputs, environments."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"],
            capture_output=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return set()
    names = [n for n in done.stdout.decode("utf-8", "surrogateescape").split("\0") if n.endswith("/")]
    return {root / n.rstrip("/") for n in names}


def _environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or os.path.exists(os.path.join(folder, "conda-meta"))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return COPIED_BELOW + 1
