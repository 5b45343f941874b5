"""Folders that a script would have gone through, and went on without: `if not folder.exists(): continue`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable

from ....context import Run
from ....stand_in.made_up.suffixes import suffix_of
from ..learning import around_row, named_in

ASKS = ("exists", "isdir", "is_dir")
LISTS = ("listdir", "scandir", "iterdir", "walk", "glob", "rglob", "iglob")


def left_out(run: Run, looked_for: Iterable[str]) -> list[str]:
    """What lies in each of those that it has looked for in vain."""
    folders = [path for path in looked_for if path in run.met.asked_at and not suffix_of(path)]
    return [os.path.join(path, "*") for path in folders if _listed(*run.met.asked_at[path])]


def _listed(filename: str, row: int) -> bool:
    """Is what a line asks for gone through in the same function, or at the top with it?"""
    found = around_row(filename, row)
    if not found:
        return False
    functions = [n for n in found if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    scope = max(functions, key=lambda n: n.lineno, default=None)
    asked = _names(max(found, key=lambda n: n.lineno), ASKS)
    return bool(asked & _names(scope if scope is not None else ast.Module(list(found), []), LISTS))


def _names(node: ast.AST, called: Iterable[str]) -> set[str]:
    """The variables in calls of these names, and whose methods they are."""
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call) and ast.unparse(n.func).rpartition(".")[2] in called]
    return named_in(*calls)
