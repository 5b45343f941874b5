"""What git says of a project that is no repository, in its place: of one commit, with all that lies there in it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch

MOST = 1000  # files
CLEAN = ("status", "diff")
CACHES = ("__pycache__", "node_modules")


def answer(words: Sequence[str], cwd: str) -> str:
    """What a command that only looks is to print; `cwd` is the folder that it is asked in."""
    folder, rest = asked(words, cwd)
    command = rest[0] if rest else ""
    if command == "ls-files":
        patterns = [word for word in rest[1:] if not word.startswith("-")]
        return ("\0" if "-z" in rest else "\n").join(_files(folder, patterns))
    if command in CLEAN:
        return ""
    return "main" if "--abbrev-ref" in words or command == "branch" else "0" * 40


def asked(words: Sequence[str], cwd: str) -> tuple[str, list[str]]:
    """The folder that a command is about, and what it asks."""
    folder, rest = cwd, list(words[1:])
    while rest and rest[0].startswith("-"):
        folder = os.path.join(folder, rest[1]) if rest[0] == "-C" and len(rest) > 1 else folder
        rest = rest[2:] if rest[0] == "-C" else rest[1:]
    return os.path.normpath(folder), rest


def _files(folder: str, patterns: Sequence[str]) -> list[str]:
    """Those below a folder that match one of some patterns, or all; as git does, a `*` matches folders, too."""
    found = (os.path.relpath(path, folder) for path in _below(folder))
    kept = [name for name in found if not patterns or any(_matches(name, pattern) for pattern in patterns)]
    return sorted(kept)[:MOST]


def _below(folder: str) -> Iterator[str]:
    for home, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in CACHES)
        yield from (os.path.join(home, name) for name in names if not name.startswith("."))


def _matches(name: str, pattern: str) -> bool:
    plain = os.path.normpath(pattern)
    return fnmatch(name, plain) or plain == "." or name.startswith(os.path.join(plain, ""))
