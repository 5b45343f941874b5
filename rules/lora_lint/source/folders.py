"""Projects on disk, by paths alone: where one begins, and which scripts it holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from lora_lint.source.suffixes import NOTEBOOK, SCRIPT

MARKS = ("pyproject.toml", "lora-lint.toml", ".git", "setup.cfg")
BUILDS = (b"setuptools", b"distutils", b"setup(")  # what a setup.py names that builds its project
INSTALLED = ("site-packages", "dist-packages")  # packages of others, each file of which counts alone
MOST_FILES = 4000  # of one project that are scanned for importers
SKIPPED = frozenset(
    [".git", ".hg", ".svn", ".venv", "venv", "env", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache",
     "__pycache__", "node_modules", "site-packages", "build", "dist", ".eggs", ".ipynb_checkpoints", ".lora-lint_cache"]
)  # fmt: skip


def root_above(folder: str, given: str | None = None) -> str:
    """The project of a folder: marked as one, else the folder that was given to lint, else above its package.

    Installed packages belong to no project around them.
    """
    above = [folder]
    while (parent := os.path.dirname(above[-1])) != above[-1]:
        above.append(parent)
    for candidate in above:
        if os.path.basename(candidate) in INSTALLED or is_marked(candidate):
            return candidate
    if given is not None and given in above:
        return given
    return next((f for f in above if not os.path.isfile(os.path.join(f, "__init__.py"))), above[-1])


def is_marked(folder: str) -> bool:
    """Does a folder say that it is a project? A module that is merely named setup.py does not."""
    marked = any(os.path.exists(os.path.join(folder, mark)) for mark in MARKS)
    return marked or _builds(os.path.join(folder, "setup.py"))


def _builds(path: str) -> bool:
    with suppress(OSError), open(path, "rb") as file:
        text = file.read()
        return any(word in text for word in BUILDS)
    return False


LINK_OUT = "is a link out of the folder that is linted"  # why such a file is not written


def leads_out(path: str, given: str | None = None) -> bool:
    """Is a file a link to one outside of the folder that it was found under, or of its project where it was named?

    Such a file is not written. The folders on the way may be links: whoever names one names what it leads to.
    """
    real = os.path.realpath(path)
    if os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)) == real:
        return False
    tree = os.path.realpath(given) if given is not None else root_above(os.path.realpath(os.path.dirname(path)))
    return os.path.commonpath([tree, real]) != tree


def scripts_under(root: str) -> Iterator[str]:
    """The scripts and notebooks of a project, up to a number of them."""
    count = 0
    left = [root]
    while left:
        inner = []
        for entry in _listed(left.pop()):
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not entry.name.startswith("."):
                    inner.append(entry.path)
            elif entry.name.endswith((SCRIPT, NOTEBOOK)) and not (entry.is_symlink() and os.path.isdir(entry.path)):
                yield entry.path
                count += 1
                if count == MOST_FILES:
                    return
        left += reversed(inner)


def _listed(folder: str) -> list[os.DirEntry[str]]:
    """What lies in a folder, by name; nothing where that cannot be told."""
    with suppress(OSError), os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)
    return []
