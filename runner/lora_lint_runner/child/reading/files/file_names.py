"""The names of the files that paths in a script lead to: `os.path.join(DATA, "users.csv")`, `args.users`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable

from ..literals import bound
from ..walking import walk

DEPTH = 4
SAME = ("resolve", "absolute", "expanduser", "as_posix", "open", "read_text")


class FileNames:
    """The paths of some modules. Names are those of files without their folders; what is open in one is a `*`."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self._bound: dict[str, list[ast.expr]] = {}
        self._asked: set[str] = set()
        modules = list(trees)
        for tree in modules:
            for name, value in (*bound(tree), *_given(tree), *_kept(tree)):
                self._bound.setdefault(name, []).append(value)
            self._asked.update(_arguments(tree))

    def of(self, node: ast.expr | None, depth: int = 0) -> frozenset[str]:
        """The files that an expression may be the path of; none, where that is not known."""
        if node is None or depth > DEPTH:
            return frozenset()
        if isinstance(node, ast.Constant):
            return _named(node.value) if isinstance(node.value, str) else frozenset()
        if isinstance(node, ast.JoinedStr):
            return _named("".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in node.values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            return self.of(node.right, depth + 1)
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
            return frozenset().union(*(self.of(part, depth + 1) for part in parts))
        if isinstance(node, ast.Call):
            method = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if method in SAME and isinstance(node.func, ast.Attribute) and not node.args[1:]:
                return self.of(node.func.value, depth + 1)
            inner = node.args[-1:] if method in ("join", "joinpath") else node.args[:1]
            return self.of(inner[0], depth + 1) if inner else frozenset()
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        found = [self.of(value, depth + 1) for value in self._bound.get(name, ())]
        given = name in self._asked or (name and not depth and not any(found))
        asked = frozenset({f"{name}.*"}) if given else frozenset()  # as what is made up for an argument is called
        return asked.union(*found)


def _named(path: str) -> frozenset[str]:
    base = os.path.basename(path)
    return frozenset({base}) if os.path.splitext(base)[1] and base.strip("*.") else frozenset()


def _given(tree: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    """The parameters of the script's own functions and classes, and what they are given."""
    functions = {n.name: n.args.args for n in walk(tree) if isinstance(n, ast.FunctionDef)}
    for cls in [n for n in walk(tree) if isinstance(n, ast.ClassDef)]:
        for made in cls.body:
            if isinstance(made, ast.FunctionDef) and made.name == "__init__":
                functions[cls.name] = made.args.args[1:]
    for call in [n for n in walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]:
        places = functions.get(getattr(call.func, "id", ""), [])
        yield from ((place.arg, value) for place, value in zip(places, call.args))
        names = {place.arg for place in places}
        yield from ((k.arg, k.value) for k in call.keywords if k.arg is not None and k.arg in names)


def _kept(tree: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    """What an object keeps, alone or beside other things: `self.path, self.size = path, size`."""
    for node in [n for n in walk(tree) if isinstance(n, ast.Assign)]:
        for target in node.targets:
            pairs: Iterable[tuple[ast.expr, ast.expr]] = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts)
            yield from ((one.attr, value) for one, value in pairs if isinstance(one, ast.Attribute))


def _arguments(tree: ast.AST) -> Iterable[str]:
    """The arguments of the script that have no default, also as fields of a class that is filled with them."""
    for node in walk(tree):
        for part in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                yield part.target.id
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_argument" and node.args:
            name = node.args[-1].value if isinstance(node.args[-1], ast.Constant) else ""
            if isinstance(name, str) and not any(k.arg == "default" for k in node.keywords):
                yield name.lstrip("-").replace("-", "_")
