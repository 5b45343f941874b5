"""Adapters that a line of the script itself takes off the disk."""

from __future__ import annotations

import ast
import os
import re
import sys
from typing import Any

from ..context import Run
from ..frames import OURS
from .adapter import WEIGHTS, adapter_folders, look
from .nowhere import elsewhere
from .shown import shown
from .tensors import Unreadable, read

BETWEEN = ("pathlib.py", "shutil.py", "os.py")  # of Python's own, between the script and the removal
# methods that may have brought it to a place that is not seen here
SENDS = re.compile(r"upload|artifact|log_model|log_folder|put_object|push|archive|blob|sync")

LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp)
TRIALS = {"optimize", "agent"}  # methods that call a function of the script's own again and again


class Removed:
    """Looks at what is removed, just before it is."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.found: list[dict[str, Any]] = []
        run.paths.removing = self.before

    def before(self, path: str) -> None:
        """Called with a place in the box that is to be removed."""
        met = self.run.met
        if met.over or not self._asked():
            return
        folders = adapter_folders(path) if os.path.isdir(path) else []
        if os.path.basename(path) in WEIGHTS:
            folders = [os.path.dirname(path)]
        for folder in folders:
            looked = look(folder)
            if looked.trained and not looked.problems:
                several = bool(TRIALS & self.run.hints.attributes) or _in_one_loop(met.made_at, self.run.code.stack())
                facts = {"folder": folder, "shapes": _shapes(folder), "several": several}
                self.found.append({**facts, **self.run.code.here()})

    def _asked(self) -> bool:
        """Does the script remove it, and no library that cleans up behind itself?"""
        frame = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if not name.startswith(OURS) and os.path.basename(name) not in BETWEEN:
                return self.run.code.owns(name)
            frame = frame.f_back  # type: ignore[assignment]
        return False

    def gone(self) -> list[dict[str, Any]]:
        """Those of which nothing is anywhere else, as far as this run sees; with whether there are several, one after
        the other: of folds, or trials, the scores may be what is wanted."""
        if any(map(SENDS.search, self.run.hints.attributes)):
            return []
        return [
            {"directory": shown(self.run, one["folder"]), **{key: one[key] for key in ("filename", "row", "several")}}
            for one in self.found
            if not _there(one["folder"]) and not elsewhere(self.run, one["shapes"], one["folder"])
        ]


def _in_one_loop(first: list[tuple[str, int]], second: list[tuple[str, int]]) -> bool:
    """Do two lines, with the calls that led to them, lie in one round of a loop of the script's?"""
    for (file, row), (other, another) in zip(first, second):
        if file != other:
            return False
        if any(start <= row <= end and start <= another <= end for start, end in _loops(file)):
            return True
        if row != another:
            return False
    return False


def _loops(file: str) -> list[tuple[int, int]]:
    """The rows of a file's loops."""
    try:
        with open(file, encoding="utf-8") as text:
            tree = ast.parse(text.read())
    except (OSError, ValueError, SyntaxError):
        return []
    return [(node.lineno, node.end_lineno or node.lineno) for node in ast.walk(tree) if isinstance(node, LOOPS)]


def _there(folder: str) -> bool:
    """Are an adapter's tensors there, perhaps again?"""
    return any(os.path.isfile(os.path.join(folder, name)) for name in WEIGHTS)


def _shapes(folder: str) -> dict[str, tuple[int, ...]]:
    name = next(name for name in WEIGHTS if os.path.isfile(os.path.join(folder, name)))
    try:
        return {key: tensor.shape for key, tensor in read(os.path.join(folder, name)).items()}
    except Unreadable:
        return {}
