"""Which files to lint: what is named, and in folders all Python files that nobody ignores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lora_lint.config import Config

if TYPE_CHECKING:
    from pathspec import PathSpec

    from lora_lint.engine import Problem

SUFFIXES = (".py", ".ipynb")
DEFAULT_EXCLUDE = frozenset(
    ".git .hg .svn .venv venv env .tox .nox .mypy_cache .ruff_cache .pytest_cache __pycache__ node_modules "
    "site-packages build dist .eggs .ipynb_checkpoints .lora-lint_cache".split()
)


def discover(paths: list[Path], config: Config | None = None) -> tuple[list[tuple[Path, Path | None]], list[Problem]]:
    """Files in the order given, each with the folder it was found under; and what could not be found."""
    from lora_lint.engine import Problem

    settings = config or Config()
    found: dict[Path, Path | None] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            top = Path(os.path.abspath(path))
            for file in walk(top, settings):
                found.setdefault(file, top)
        elif path.exists():
            found.setdefault(Path(os.path.abspath(path)), None)
        elif path.is_symlink():
            problems.append(Problem(str(path), "a symbolic link that leads nowhere"))
        else:
            problems.append(Problem(str(path), "no such file or folder"))
    return list(found.items()), problems


def walk(top: Path, config: Config) -> Iterator[Path]:
    """The Python files and notebooks under a folder, in order."""
    excluded = DEFAULT_EXCLUDE if not config.exclude else frozenset()
    patterns = _spec([*config.exclude, *config.extend_exclude])
    ignores: dict[str, PathSpec | None] = {}
    start = str(top)
    for folder, folders, names in os.walk(start):
        ignored = _ignored_in(folder, start, ignores) if config.respect_gitignore else None
        keep = []
        for name in sorted(folders):
            if name in excluded and folder + os.sep + name != start:
                continue
            path = os.path.join(folder, name)
            if patterns is not None and patterns.match_file(os.path.relpath(path, start) + "/"):
                continue
            if ignored is not None and ignored(path, True):
                continue
            keep.append(name)
        folders[:] = keep
        for name in sorted(names):
            if not name.endswith(SUFFIXES):
                continue
            path = os.path.join(folder, name)
            if patterns is not None and patterns.match_file(os.path.relpath(path, start)):
                continue
            if ignored is not None and ignored(path, False):
                continue
            yield Path(path)


def _spec(patterns: list[str]) -> PathSpec | None:
    if not patterns:
        return None
    from pathspec import PathSpec

    return PathSpec.from_lines("gitignore", patterns)


def _ignored_in(folder: str, start: str, known: dict[str, PathSpec | None]):  # type: ignore[no-untyped-def]
    """A test for what the .gitignore files from the repository's root down to a folder ignore; None where there are none."""
    chain: list[tuple[str, PathSpec]] = []
    current = folder
    while True:
        if current not in known:
            known[current] = _read_ignore(current)
        spec = known[current]
        if spec is not None:
            chain.append((current, spec))
        if os.path.isdir(os.path.join(current, ".git")) or os.path.dirname(current) == current:
            break
        current = os.path.dirname(current)
    if not chain:
        return None

    def ignored(path: str, is_folder: bool) -> bool:
        for base, spec in chain:  # the nearest file decides
            verdict = spec.check_file(os.path.relpath(path, base) + ("/" if is_folder else "")).include
            if verdict is not None:
                return bool(verdict)
        return False

    return ignored


def _read_ignore(folder: str) -> PathSpec | None:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return _spec(file.read().splitlines())
    except OSError:
        return None
