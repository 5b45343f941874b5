"""What a value is handed to (a function of Python's, of a library, of the script's own), and what this takes it for."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from ..literals import texts_in
from ..walking import walk
from .opened import kind_of_file
from .patterned import examples
from .shape import ANY, Shape
from .telling import part_of_path

GATHERING = ("list", "reversed", "sorted", "set", "tuple", "sum", "max", "min")
DRAWING = ("choice", "choices", "sample", "shuffle")
PARSING = ("loads", "literal_eval", "eval")
OWNERS = ("self", "cls")
PATHS = ("os.path.", "osp.", "pathlib.Path")


class Handed(ABC):
    """Follows the values of one module into calls."""

    tree: ast.Module
    parents: Mapping[ast.AST, ast.AST]
    literals: Mapping[str, list[Any]]
    patterns: dict[str, str]

    @abstractmethod
    def scope(self, node: ast.AST) -> ast.AST:
        """The function that an expression stands in, or the module."""

    @abstractmethod
    def of(self, node: ast.AST, depth: int) -> Shape:
        """The shape that the surroundings of an expression ask for."""

    @abstractmethod
    def named(self, target: ast.AST, scope: ast.AST, depth: int) -> Shape:
        """The shape that the uses of a variable ask for."""

    @abstractmethod
    def uses_of(self, name: str, scope: ast.AST, depth: int) -> Shape:
        """The same, of a variable by its name."""

    def called(self, node: ast.AST, parent: ast.Call, depth: int) -> Shape:
        if node is parent.func:
            return ANY
        func = parent.func
        name = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
        if isinstance(func, ast.Attribute) and getattr(func.value, "id", "") in OWNERS:  # a method of the script's own
            found = self._passed(node, parent, name, depth)
            if found != ANY or name in self._methods():
                return found
        if matching := examples(parent, node, self.patterns):
            return Shape("text", values=matching)
        if name == "bool" and not self._is_kept(parent):
            return ANY  # whether there is anything in it
        if name in ("int", "float", "bool"):
            keys = self.of(parent, depth + 1).values  # `names[int(row["label"])]`: it is one of those
            return Shape(name, values=tuple(keys) if all(isinstance(k, int) for k in keys) else ())
        if name == "get" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Dict):
            return Shape("text", values=texts_in(func.value, self.literals))
        if name == "apply_chat_template":
            return Shape("messages")
        if name == "index" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
            values = self.literals.get(func.value.id)
            return Shape("text", values=tuple(values)) if values else ANY
        if name == "Path" or ast.unparse(func).startswith(PATHS):
            return Shape("text")
        if name == "str":  # `folder / str(row["number"])`: no number is divided by a text
            return part_of_path(parent, self.parents)
        if name == "BytesIO":
            return Shape(kind_of_file(parent, self.parents, walk(self.scope(parent))))
        if name in ("to_datetime", "fromisoformat"):
            return Shape("date")
        if name in ("loads", "literal_eval"):
            inner = self.of(parent, depth + 1)
            return Shape("json", inner.items if inner.kind == "json" else inner)  # `text = json.loads(text)`
        if any(k.arg == "is_split_into_words" for k in parent.keywords):
            return Shape("tokens")
        if name in ("tokenizer", "tok", "encode"):
            return Shape("text")
        if name in ("zip", "enumerate"):
            return self._zipped(node, parent, name, depth)
        if name in DRAWING and getattr(getattr(func, "value", None), "id", "") == "random":
            inner = self.of(parent, depth + 1)  # of one, or of several
            return inner if inner.kind == "list" else Shape("list", Shape("text") if inner == ANY else inner)
        if name in GATHERING:
            inner = self.of(parent, depth + 1)
            return inner if inner.kind == "list" else Shape("list", ANY)
        if isinstance(func, ast.Name):
            return self._passed(node, parent, func.id, depth)
        return ANY

    def _is_kept(self, node: ast.AST) -> bool:
        """Is a value put into a row or a variable, not just asked for?"""
        return isinstance(self.parents.get(node), (ast.Dict, ast.Assign, ast.keyword, ast.List))

    def each(self, function: ast.expr, depth: int) -> Shape:
        """A cell, as what is done with each of a column takes it: `frame["chat"].apply(json.loads)`."""
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in PARSING:
            return Shape("json", ANY)
        if isinstance(function, ast.Lambda) and function.args.args:
            return self.uses_of(function.args.args[0].arg, function, depth + 1)
        found = [n for n in walk(self.tree) if isinstance(n, ast.FunctionDef) and n.name == name and n.args.args]
        return self.uses_of(found[0].args.args[0].arg, found[0], depth + 1) if found else ANY

    def _zipped(self, node: ast.AST, call: ast.Call, name: str, depth: int) -> Shape:
        loop = self.parents.get(call)
        if isinstance(loop, (ast.For, ast.comprehension)) and isinstance(loop.target, ast.Tuple):
            place = 1 if name == "enumerate" else call.args.index(node)  # type: ignore[arg-type]
            if place < len(loop.target.elts):
                return Shape("list", self.named(loop.target.elts[place], loop, depth))
        return Shape("list", ANY)

    def _methods(self) -> set[str]:
        return {n.name for n in walk(self.tree) if isinstance(n, ast.FunctionDef)}

    def _passed(self, node: ast.AST, call: ast.Call, name: str, depth: int) -> Shape:
        """Handed to a function of the script: as its parameter is used there."""
        for function in walk(self.tree):
            if isinstance(function, ast.FunctionDef) and function.name == name and node in call.args:
                first = function.args.args[0].arg if function.args.args else ""
                place = call.args.index(node) + (first in OWNERS)
                if place < len(function.args.args):
                    taken = function.args.args[place]
                    shape = self.uses_of(taken.arg, function, depth)
                    said = getattr(taken.annotation, "id", "")
                    return Shape("text") if said == "str" and shape.kind in ("any", "list") else shape
        return ANY
