"""Which folder is the project of a script: that which a run needs a copy of."""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "lora-lint.toml")


def project_of(script: Path, cwd: Path) -> Path:
    """The script's repository, else the nearest folder above it with a file that marks a project, else where the script
    is started from, if it lies below, else its own folder; and as far above that as the script itself goes (`../data`).
    """
    marked = [folder for folder in script.parents if not _is_nobodys(folder)]
    for folder in script.parents:
        if (folder / ".git").exists():
            return folder
    for folder in marked:
        if any((folder / name).exists() for name in MARKS):
            return folder
    below = cwd in script.parents and not _is_nobodys(cwd)
    start = cwd if below else script.parent
    above = [start, *start.parents]
    for level in range(min(_levels_above(script, start), len(above) - 1), 0, -1):
        if not any(_is_nobodys(folder) for folder in above[1 : level + 1]):
            return above[level]
    return start


def _is_nobodys(folder: Path) -> bool:
    """A folder in which the projects of many lie."""
    return folder in (Path(folder.anchor), Path.home(), Path.home().parent, Path(tempfile.gettempdir()))


def _levels_above(script: Path, start: Path) -> int:
    """How many folders above the one it starts from a script names, by `../..` or from its own file."""
    try:
        tree = ast.parse(script.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return 0
    deeper = len(script.parent.relative_to(start).parts) if script.is_relative_to(start) else 0
    named = [_leading(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return max([0, *named, *(steps - deeper for steps in _from_the_file(tree))])


def _leading(text: object) -> int:
    """How many `..` a path begins with."""
    if not isinstance(text, str) or not text.startswith(".."):
        return 0
    parts = PurePosixPath(text).parts
    return next((count for count, part in enumerate(parts) if part != ".."), len(parts))


def _from_the_file(tree: ast.AST) -> Iterator[int]:
    """How many folders above the script's own an expression leads that begins with `__file__`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)) and _names_the_file(node):
            yield _steps(node) - 1


def _names_the_file(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == "__file__" for inner in ast.walk(node))


def _steps(node: ast.AST) -> int:
    """`.parent`, `.parents[n]` and `dirname(...)` around `__file__`."""
    count = 0
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute):
            count += inner.attr in ("parent", "dirname")
        elif isinstance(inner, ast.Name):
            count += inner.id == "dirname"
        elif isinstance(inner, ast.Subscript) and isinstance(inner.value, ast.Attribute):
            index = inner.slice
            if inner.value.attr == "parents" and isinstance(index, ast.Constant) and isinstance(index.value, int):
                count += index.value + 1
    return count
