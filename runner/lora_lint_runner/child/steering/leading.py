"""Saves to which a loop or a branch leads: in its body, in the functions that it calls, and in those of other modules
of the project (`from utils import save_checkpoint`)."""

from __future__ import annotations

import ast
import functools
import os
from collections.abc import Iterable

Site = tuple[str, int, int]  # a save: its file, and its rows
Rows = tuple[int, int]


class Leads:
    """Reads one file, of a script that saves at these sites."""

    def __init__(self, tree: ast.Module, filename: str, sites: Iterable[Site]) -> None:
        nodes = [*ast.walk(tree)]
        self.functions = {n.name: n for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
        self.own = [site for site in sites if site[0] == filename]
        self.elsewhere: dict[str, list[Site]] = {}  # by the names that are used for functions there
        imports = [n for n in nodes if isinstance(n, (ast.Import, ast.ImportFrom))]
        imported = {a.asname or a.name: a.name for n in imports for a in n.names}
        homes = [*imported.values(), *(n.module or "" for n in imports if isinstance(n, ast.ImportFrom))]
        parts = {part for home in homes for part in home.split(".")}
        for other in sorted({site[0] for site in sites} - {filename}):
            saving = saving_in(other, tuple(site for site in sites if site[0] == other))
            methods = {name: name for name in saving} if _called(other) in parts else {}
            for name, theirs in {**methods, **imported}.items():
                self.elsewhere.setdefault(name, []).extend(saving.get(theirs, ()))

    def sites(self, node: ast.AST) -> list[Site]:
        """Those that a branch, say, leads to."""
        return self.rows_and_sites(node)[1]

    def rows_and_sites(self, node: ast.AST) -> tuple[list[Rows], list[Site]]:
        """The rows of a loop, say, and of the functions of this file that it leads to; and the saves there."""
        rows, names = self._within(node)
        here = [site for site in self.own if any(first <= site[1] <= last for first, last in rows)]
        return rows, [*here, *(site for name in sorted(names) for site in self.elsewhere.get(name, ()))]

    def _within(self, node: ast.AST) -> tuple[list[Rows], set[str]]:
        """The rows, and the names that are used there."""
        found: dict[int, Rows] = {}
        names: set[str] = set()
        waiting = [node]
        while waiting:
            node = waiting.pop()
            row = getattr(node, "lineno", 0)
            if row in found:
                continue
            found[row] = (row, getattr(node, "end_lineno", None) or row)
            used = {n.id if isinstance(n, ast.Name) else getattr(n, "attr", "") for n in ast.walk(node)}
            waiting += [self.functions[name] for name in sorted(used & self.functions.keys())]
            names |= used
        return list(found.values()), names


def _called(filename: str) -> str:
    """What a module is called; a package by its folder."""
    folder, name = os.path.split(filename)
    return os.path.basename(folder) if name == "__init__.py" else os.path.splitext(name)[0]


@functools.cache
def saving_in(filename: str, sites: tuple[Site, ...]) -> dict[str, list[Site]]:
    """The functions of a file that lead to saves in it."""
    try:
        with open(filename, "rb") as file:
            leads = Leads(ast.parse(file.read()), filename, sites)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    led = {name: leads.sites(node) for name, node in leads.functions.items()}
    return {name: found for name, found in led.items() if found}
