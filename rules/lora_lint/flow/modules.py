"""A module of the linted project, as the interpreter sees it, and the sites in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import libcst as cst

from lora_lint.lifecycle.records import Oid
from lora_lint.source.sketch.made import parts_of
from lora_lint.source.sketch.parsed import Parsed

Node = TypeVar("Node", bound=cst.CSTNode)


class Site:
    """A node of a module: where in the program. There is one a node, so it compares by identity: `Paths.site`.

    `near` is the statement that was being run when the node was first met: nearly always the one that it stands in.
    """

    __slots__ = ("module", "near", "node")

    def __init__(self, module: Module, node: cst.CSTNode, near: cst.CSTNode | None) -> None:
        self.module, self.node, self.near = module, node, near

    def __repr__(self) -> str:
        return f"{self.module.name}:{type(self.node).__name__}"


class Module:
    """A parsed file. `name`: the dotted name that it is imported by."""

    __slots__ = ("_yields", "filename", "frame", "has_yield", "name", "parsed", "text", "tree")

    def __init__(self, name: str, filename: str, parsed: Parsed) -> None:
        self.name, self.filename = name, filename
        self.parsed, self.text, self.tree = parsed, parsed.text, parsed.tree
        self.frame: Oid = (f"module {filename}", 0)
        self.has_yield = "yield" in self.text
        self._yields: dict[cst.CSTNode, bool] = {}

    def holds(self, other: Module, name: str) -> bool:
        """Is this a package, and the other its module (or package) of this name?"""
        folder, _, last = self.filename.rpartition("__init__.py")
        return last == "" and other.filename in (f"{folder}{name}.py", os.path.join(folder, name, "__init__.py"))

    def code(self, node: cst.CSTNode) -> str:
        """The source of a node."""
        return self.parsed.code(node)

    def rows(self, node: cst.CSTNode) -> str:
        """The rows of the file that a node stands in; all of them where nobody knows which."""
        span = self.parsed.span(node)
        rows = self.text.split("\n")
        return "\n".join(rows[span.start.row - 1 : span.end.row] if span is not None else rows)

    def whole(self, node: Node) -> Node:
        """A node with all that says how it is written, where it stands in a simple statement."""
        self.parsed.complete_line(node)
        return node

    def yields(self, function: cst.FunctionDef) -> bool:
        """Is this function a generator?"""
        if not self.has_yield:
            return False
        found = self._yields.get(function)
        if found is None:
            found = self._yields[function] = holds_yield(function.body)
        return found


def names_in(node: cst.CSTNode) -> set[str]:
    """All names that a piece of code mentions."""
    found: set[str] = set()
    todo: list[Any] = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, (list, tuple)):
            todo += part
        elif isinstance(part, cst.Name):
            found.add(part.value)
        elif isinstance(part, cst.CSTNode):
            todo += parts_of(part)
    return found


def holds_yield(node: cst.CSTNode) -> bool:
    """Does a piece of code yield itself?"""
    todo: list[Any] = [node]
    while todo:
        current = todo.pop()
        if type(current) is cst.Yield:
            return True
        for part in parts_of(current) if isinstance(current, cst.CSTNode) else ():
            inside = part if isinstance(part, (list, tuple)) else (part,)
            todo += [child for child in inside if type(child) not in OWN_BODY]
    return False


OWN_BODY = (cst.FunctionDef, cst.Lambda, cst.ClassDef)  # what is yielded in these is theirs


# finds a module of the project: (dotted name, level, importing module) -> module, or None for anything else
Loader = Callable[[str, int, Module], "Module | None"]


def no_loader(name: str, level: int, importer: Module) -> Module | None:
    """A loader for a file that stands alone."""
    return None
