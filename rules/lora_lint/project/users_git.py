"""What a user has git ignore in every repository: `core.excludesFile`, as the user's own config of git has it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache


def users_excludes() -> str:
    """The path of the file of patterns, which need not be there."""
    return _excludes(os.path.expanduser("~"), os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"))


@lru_cache(maxsize=1)
def _excludes(home: str, xdg: str) -> str:
    found = os.path.join(xdg, "git", "ignore")
    for path in (os.path.join(xdg, "git", "config"), os.path.join(home, ".gitconfig")):  # the last one counts
        for value in _set_in(path):
            found = os.path.expanduser(value)
    return found


def _set_in(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    section = ""
    for line in lines:
        bare = line.strip()
        if bare.startswith("["):
            section, _, bare = bare[1:].partition("]")
        key, _, value = bare.partition("=")
        if section.strip().lower() == "core" and key.strip().lower() == "excludesfile" and value.strip():
            yield value.strip().strip('"')
