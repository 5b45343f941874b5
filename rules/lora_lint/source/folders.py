"""Projects on disk, by paths alone: where one begins, and which scripts it holds."""

from __future__ import annotations

import os
from collections.abc import Iterator

MARKS = ("pyproject.toml", "lora-lint.toml", ".git", "setup.py", "setup.cfg")
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
        if os.path.basename(candidate) in INSTALLED or any(
            os.path.exists(os.path.join(candidate, mark)) for mark in MARKS
        ):
            return candidate
    if given is not None and given in above:
        return given
    return next((f for f in above if not os.path.isfile(os.path.join(f, "__init__.py"))), above[-1])


def scripts_under(root: str) -> Iterator[str]:
    """The Python files of a project, up to a number of them."""
    count = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(names):
            if name.endswith(".py"):
                yield os.path.join(folder, name)
                count += 1
                if count == MOST_FILES:
                    return
