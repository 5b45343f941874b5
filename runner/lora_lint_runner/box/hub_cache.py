"""The user's own cache of the hub: where it is, and which snapshot an id has in it. Read, never written."""

from __future__ import annotations

import os
import re
from pathlib import Path

from lora_lint_runner.options import UsageError

HUB_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")


def location() -> str:
    """The folder, as huggingface_hub finds it."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(name):
            return os.path.expanduser(os.environ[name])
    home = os.environ.get("HF_HOME") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "huggingface"
    )
    return os.path.join(os.path.expanduser(home), "hub")


def snapshot(name: str) -> Path | None:
    """The cached snapshot of an id; None if there is none."""
    if not HUB_ID.match(name):
        return None
    return current(Path(location()) / f"models--{name.replace('/', '--')}")


def current(repository: Path) -> Path | None:
    """The snapshot of a repository's folder in the cache that `main` points to, else the newest."""
    snapshots = repository / "snapshots"
    try:
        named = snapshots / (repository / "refs" / "main").read_text(encoding="utf-8").strip()
        if named.is_dir():
            return named
    except OSError:
        pass
    try:
        return max((s for s in snapshots.iterdir() if s.is_dir()), key=lambda s: s.stat().st_mtime, default=None)
    except OSError:
        return None


def folder_of(name: str) -> Path | None:
    """The folder that a model's name stands for: a folder, a repository of the cache, or a cached id."""
    path = Path(os.path.expanduser(name))
    if os.path.isdir(path):  # False, too, for what can be no name of a file
        return current(path) or path if path.name.startswith("models--") else path
    return snapshot(name)


def is_path(name: str) -> bool:
    """Can a model's name only be that of a folder?"""
    return not HUB_ID.match(name)


def base_folder(base: str) -> Path:
    """Where the base lies. Raises UsageError."""
    folder = folder_of(base)
    if folder is None:
        raise UsageError(f"--base: {base}: no such folder, and no such model in the hub's cache ({location()})")
    return folder
