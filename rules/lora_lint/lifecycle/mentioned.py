"""What modules say anywhere, also in code that is never run: the functions that they call, the texts in them, and the
options of the command line that they offer and never read."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple


class Mentioned:
    """The calls and texts of several modules; comments and docstrings say nothing.

    A function is called by the name that the imports of its module give it (`import torch as t`: `t.load` is
    `torch.load`), a method by its own (`.load_state_dict`). Where a module cannot be read, it may say anything.
    """

    def __init__(self, modules: Iterable[str]) -> None:
        said = [_said(text) for text in modules]
        self._known = None not in said
        self._calls = {call for each in filter(None, said) for call in each.calls}
        self._texts = [text for each in filter(None, said) for text in each.texts]
        self._names = {name for each in filter(None, said) for name in each.names}
        self._attributes = {name for each in filter(None, said) for name in each.attributes}
        self._functions = {name for each in filter(None, said) for name in each.functions}
        self._unused = {module for each in filter(None, said) for module in each.unused}

    def calls(self, *names: str) -> bool:
        """Is one of these called?"""
        return not self._known or not self._calls.isdisjoint(names)

    def defines(self, name: str) -> bool:
        """Is it a function or a method of theirs?"""
        return self._known and name in self._functions

    def texts(self, part: str) -> bool:
        """Is this part of a text?"""
        return not self._known or any(part in text for text in self._texts)

    def names(self, name: str) -> bool:
        """Is it a variable, an attribute, a parameter, a keyword or a function of theirs?"""
        return not self._known or name in self._names or name in self._functions

    def registers(self, cls: str, model: str) -> bool:
        """May an Auto class make something else of a model of this name than the library does? It is told of another
        class (`AutoModel.register(...)`), or a module that is named after the model is imported, of which nothing is
        used: it does that by itself (`import t5_encoder`)."""
        told = any(call.endswith(f".{cls}.register") for call in self._calls)
        return not self._known or told or any(_words(module) & _words(model) for module in self._unused)

    def attributes(self, name: str) -> bool:
        """Is it an attribute of something?"""
        return not self._known or name in self._attributes

    def unread_options(self) -> list[str]:
        """Options (`--output-dir`, as `output_dir`) that are offered under no other name and that nothing reads."""
        offered = (
            {text[2:].replace("-", "_") for text in self._texts if text.startswith("--")} if self._known else set()
        )
        return sorted(name for name in offered if name not in self._names and name not in self._texts)


class _Said(NamedTuple):
    """What one module says; `unused` are modules that it imports as a whole, and uses nothing of."""

    calls: frozenset[str]
    texts: tuple[str, ...]
    names: frozenset[str]
    attributes: frozenset[str]
    functions: frozenset[str]
    unused: frozenset[str]


@lru_cache(maxsize=512)  # the scripts of a framework lead through the same modules
def _said(module: str) -> _Said | None:
    """None in the syntax of a later release, or where it is nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(module)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = frozenset(_names(nodes))
    functions = frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))
    attributes = frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute))
    unused = frozenset(name for bound, name in _modules(nodes) if bound not in names)
    return _Said(frozenset(_calls(nodes)), tuple(_texts(nodes)), names, attributes, functions, unused)


def _modules(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names that modules are imported under as a whole, and their own."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], alias.name


def _words(name: str) -> set[str]:
    return set(re.split(r"[\W_]+", name.lower())) - {""}


def _calls(nodes: Sequence[ast.AST]) -> Iterator[str]:
    given = dict(_imports(nodes))
    for node in nodes:
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


def _imports(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names that imports give, and what they stand for."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    yield alias.asname, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _texts(nodes: Sequence[ast.AST]) -> Iterator[str]:
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings and the like
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def _names(nodes: Sequence[ast.AST]) -> Iterator[str]:
    """Variables, attributes, parameters and keywords."""
    for node in nodes:
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, (ast.arg, ast.keyword)) and node.arg is not None:
            yield node.arg
