"""Rows of tables, whose cells are asked for as attributes: `for row in frame.itertuples(): row.text`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..walking import walk
from .tables import OF_TABLES

OWN = OF_TABLES | {"Index", "name"}  # what a row has beside its cells


class TableRows:
    """The variables of one module that hold such a row, each where it does."""

    def __init__(self, tree: ast.Module, parents: Mapping[ast.AST, ast.AST]) -> None:
        self.parents = parents
        self.homes: dict[ast.AST, set[str]] = {}
        functions = {node.name: node for node in walk(tree) if isinstance(node, ast.FunctionDef)}
        for node in walk(tree):
            if isinstance(node, (ast.For, ast.comprehension)):
                self._put(node if isinstance(node, ast.For) else parents.get(node), _row_of(node.target, node.iter))
            elif isinstance(node, ast.Call) and _by_row(node):
                given = node.args[0]
                function = given if isinstance(given, ast.Lambda) else functions.get(getattr(given, "id", ""))
                first = function.args.args[:1] if function is not None else []
                for arg in first:
                    self._put(function, arg.arg)

    def _put(self, home: ast.AST | None, name: str | None) -> None:
        if home is not None and name is not None:
            self.homes.setdefault(home, set()).add(name)

    def column(self, node: ast.AST) -> str | None:
        """The column of `row.text`. None where it is none."""
        if not self.homes or not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return None
        above = self.parents.get(node)
        if isinstance(above, ast.Call) and above.func is node:
            return None
        return node.attr if node.attr not in OWN and self._holds(node, node.value.id) else None

    def _holds(self, node: ast.AST, name: str) -> bool:
        here: ast.AST | None = node
        while here is not None:
            if name in self.homes.get(here, ()):
                return True
            here = self.parents.get(here)
        return False


def _row_of(target: ast.expr, over: ast.expr) -> str | None:
    """The variable of `for row in frame.itertuples()`, `for _, row in frame.iterrows()`."""
    for call in [n for n in walk(over) if isinstance(n, ast.Call)]:
        how = getattr(call.func, "attr", "")
        if how == "itertuples" and isinstance(target, ast.Tuple):  # `for place, row in enumerate(...)`
            target = target.elts[-1] if call is not over else target
        elif how == "iterrows" and isinstance(target, ast.Tuple):
            target = target.elts[-1]
        if how in ("itertuples", "iterrows"):
            return target.id if isinstance(target, ast.Name) else None
    return None


def _by_row(call: ast.Call) -> bool:
    """`frame.apply(lambda row: row.text, axis=1)`."""
    across = any(k.arg == "axis" and getattr(k.value, "value", None) in (1, "columns") for k in call.keywords)
    return across and bool(call.args) and getattr(call.func, "attr", "") == "apply"
