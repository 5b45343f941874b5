"""The texts that an f-string may become: `f"{part}_images"`, where `part` is "train" in one call, "val" in another."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from .literals import keys_of, texts_in

MOST = 16


class Spelled:
    """Knows the texts that names of some modules stand for, wherever they are bound."""

    def __init__(self, nodes: Iterable[ast.AST], tables: Mapping[str, list[Any]] | None = None) -> None:
        self._texts: dict[str, dict[str, None]] = {}
        self._handed: dict[str, set[str]] = {}  # parameters, and the variables that calls hand over as them
        known = list(nodes)
        functions = {n.name: n.args.args for n in known if isinstance(n, ast.FunctionDef)}
        for owner in [n for n in known if isinstance(n, ast.ClassDef)]:
            for inner in [n for n in owner.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"]:
                functions[owner.name] = inner.args.args[1:]
        for node in known:
            for name, text in _bound(node, functions, tables or {}):
                self._texts.setdefault(name, {}).setdefault(text)
            for name, other in _handed(node, functions):
                self._handed.setdefault(name, set()).add(other)

    def of(self, node: ast.AST) -> list[str]:
        """What an expression may be as a text; nothing, where that is not known."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        if not isinstance(node, ast.JoinedStr):
            return []
        parts = [self._part(part) for part in node.values]
        return ["".join(words) for words in product(*parts)][:MOST] if all(parts) else []

    def named(self, name: str) -> list[str]:
        """The texts that a name stands for, or what is handed over as it."""
        names = [name, *sorted(self._handed.get(name, set()) - {name})]
        return list(dict.fromkeys(text for each in names for text in self._texts.get(each, ())))[:MOST]

    def _part(self, node: ast.expr) -> list[str]:
        value = node.value if isinstance(node, ast.FormattedValue) else node
        if isinstance(value, ast.Constant):
            return [str(value.value)]
        name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
        return self.named(name)


def _bound(
    node: ast.AST, functions: dict[str, list[ast.arg]], tables: Mapping[str, list[Any]]
) -> Iterator[tuple[str, str]]:
    """Names and texts that they are bound to: by a loop, over one of some `tables` too, by an assignment, as an
    argument."""
    if isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
        text = getattr(node.iter, "value", None)  # `for letter in "ABCD"`
        keys = list(text) if isinstance(text, str) else keys_of(node.iter) or texts_in(node.iter, tables)
        yield from ((node.target.id, text) for text in keys if isinstance(text, str))
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        yield from ((t.id, node.value.value) for t in node.targets if isinstance(t, ast.Name))
    elif isinstance(node, ast.arguments):
        named = [*node.posonlyargs, *node.args]
        for place, default in zip(reversed(named), reversed(node.defaults)):
            if isinstance(default, ast.Constant) and isinstance(default.value, str):
                yield place.arg, default.value
    elif isinstance(node, ast.Call):
        if getattr(node.func, "attr", "") == "add_argument":
            yield from _default(node)
        for name, value in _given(node, functions):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield name, value.value


def _default(call: ast.Call) -> Iterator[tuple[str, str]]:
    """The name under which argparse keeps an option, and what it is where nobody gives it."""
    options = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    name = next((text for text in options if text.startswith("--")), "")
    for keyword in call.keywords:
        text = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "default" and isinstance(text, str) and name:
            yield name.lstrip("-").replace("-", "_"), text


def _handed(node: ast.AST, functions: dict[str, list[ast.arg]]) -> Iterator[tuple[str, str]]:
    """The parameters of the script's own functions, and the variables that a call hands over as them."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
        for name, value in _given(node, functions):
            if isinstance(value, (ast.Name, ast.Attribute)):
                yield name, value.id if isinstance(value, ast.Name) else value.attr


def _given(call: ast.Call, functions: dict[str, list[ast.arg]]) -> list[tuple[str, ast.expr]]:
    places = functions.get(call.func.id, []) if isinstance(call.func, ast.Name) else []
    by_name = [(k.arg, k.value) for k in call.keywords if k.arg is not None]
    return [*((place.arg, value) for place, value in zip(places, call.args)), *by_name]
