"""The names of the files that paths in a script lead to: `os.path.join(DATA, "users.csv")`, `args.users`."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable

from ..literals import bound
from ..walking import parents_of, walk

DEPTH = 4
SAME = ("resolve", "absolute", "expanduser", "as_posix", "open", "read_text")


class FileNames:
    """The paths of some modules. Names are those of files without their folders; what is open in one is a `*`."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self._bound: dict[str, list[ast.expr]] = {}
        self._given: dict[tuple[str, str], list[ast.expr]] = {}  # by function, or class, and parameter
        self._asked: set[str] = set()
        modules = list(trees)
        self._parents = {child: node for tree in modules for child, node in parents_of(tree).items()}
        for tree in modules:
            for name, value in (*bound(tree), *_kept(tree)):
                self._bound.setdefault(name, []).append(value)
            self._asked.update(_arguments(tree))
        for owner, name, value in given(modules):
            self._bound.setdefault(name, []).append(value)
            self._given.setdefault((owner, name), []).append(value)

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
        found = [self.of(value, depth + 1) for value in self._values(node, name)]
        given = name in self._asked or (name and not depth and not any(found))
        asked = frozenset({f"{name}.*"}) if given else frozenset()  # as what is made up for an argument is called
        return asked.union(*found)

    def _values(self, node: ast.expr, name: str) -> Iterable[ast.expr]:
        """What a name may stand for; that of a parameter, what this very function is given."""
        above = self._parents.get(node) if isinstance(node, ast.Name) else None
        while above is not None:
            if isinstance(above, ast.FunctionDef) and any(a.arg == name for a in above.args.args):
                home = self._parents.get(above)
                owner = home.name if above.name == "__init__" and isinstance(home, ast.ClassDef) else above.name
                return self._given.get((owner, name), self._bound.get(name, []))
            above = self._parents.get(above)
        return self._bound.get(name, [])


def _named(path: str) -> frozenset[str]:
    base = os.path.basename(path)
    return frozenset({base}) if os.path.splitext(base)[1] and base.strip("*.") else frozenset()


def given(trees: Iterable[ast.Module]) -> Iterable[tuple[str, str, ast.expr]]:
    """The script's own functions and classes, their parameters, and what these are given."""
    modules = list(trees)
    functions: dict[str, list[ast.arg]] = {}
    for node in [n for tree in modules for n in walk(tree)]:
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node.args.args
        for made in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(made, ast.FunctionDef) and made.name == "__init__":
                functions[node.name] = made.args.args[1:]  # type: ignore[attr-defined]
    for call in [n for tree in modules for n in walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]:
        owner = getattr(call.func, "id", "")
        places = functions.get(owner, [])
        yield from ((owner, place.arg, value) for place, value in zip(places, call.args))
        names = {place.arg for place in places}
        yield from ((owner, k.arg, k.value) for k in call.keywords if k.arg is not None and k.arg in names)


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
