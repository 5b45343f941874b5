"""What modules say anywhere, also in code that is never run: the functions that they call, and the texts in them."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator


class Mentioned:
    """The calls and texts of several modules; comments and docstrings say nothing.

    A function is called by the name that the imports of its module give it (`import torch as t`: `t.load` is
    `torch.load`), a method by its own (`.load_state_dict`). Where a module cannot be read, it may say anything.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        self._known = True
        self._calls: set[str] = set()
        self._texts: list[str] = []
        for text in modules:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    tree = ast.parse(text)
                self._calls.update(_calls(tree))
                self._texts += _texts(tree)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._known = False  # the syntax of a later release, or nested too deeply

    def calls(self, *names: str) -> bool:
        """Is one of these called?"""
        return not self._known or not self._calls.isdisjoint(names)

    def texts(self, part: str) -> bool:
        """Is this part of a text?"""
        return not self._known or any(part in text for text in self._texts)


def _calls(tree: ast.Module) -> Iterator[str]:
    given = dict(_imports(tree))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        parts: list[str] = []
        function = node.func
        while isinstance(function, ast.Attribute):
            parts.insert(0, function.attr)
            function = function.value
        if parts:
            yield f".{parts[-1]}"
        if isinstance(function, ast.Name):
            yield ".".join((given.get(function.id, function.id), *parts))


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that imports give, and what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _texts(tree: ast.Module) -> Iterator[str]:
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings and the like
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
