"""A program in fewer forms, for those who read it: one that says the same with plain assignments and branches.

`x: int = 1` is `x = 1`, `x = a if test else b` and `return a if test else b` are branches, and of `if (x := f()):` the
assignment comes first. Lines stay as they were. What is executed is another tree.
"""

from __future__ import annotations

import ast
import copy
from typing import Union

OWN_SCOPE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Plain = Union[ast.stmt, list[ast.stmt]]


def plainer(tree: ast.Module) -> ast.Module:
    """The module, changed in place."""
    Plainer().visit(tree)
    return ast.fix_missing_locations(tree)


class Plainer(ast.NodeTransformer):
    """Rewrites statements; the fields of a class keep their annotations, by which records are known."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        plain = [[part] if isinstance(part, ast.AnnAssign) else self._all(part) for part in node.body]
        node.body = [part for parts in plain for part in parts]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Plain:
        if node.value is None:
            return node
        return self.visit_Assign(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_Assign(self, node: ast.Assign) -> Plain:
        return self._ways(node) if isinstance(node.value, ast.IfExp) else self._named_before(node, "value")

    def visit_Return(self, node: ast.Return) -> Plain:
        return self._ways(node) if isinstance(node.value, ast.IfExp) else self._named_before(node, "value")

    def visit_Expr(self, node: ast.Expr) -> Plain:
        return self._named_before(node, "value")

    def visit_If(self, node: ast.If) -> Plain:
        self.generic_visit(node)
        return self._named_before(node, "test")

    def _all(self, node: ast.stmt) -> list[ast.stmt]:
        found = self.visit(node)
        return found if isinstance(found, list) else [found]

    def _ways(self, node: ast.Assign | ast.Return) -> Plain:
        """A branch for a value that hangs on a test."""
        value = node.value
        assert isinstance(value, ast.IfExp)
        other = copy.deepcopy(node)
        node.value, other.value = value.body, value.orelse
        branch = ast.If(value.test, self._all(node), self._all(other))
        return self._named_before(ast.copy_location(branch, node), "test")

    def _named_before(self, node: ast.stmt, field: str) -> Plain:
        """What an expression of a statement names on its way is assigned before it."""
        names = _Names()
        asked = getattr(node, field)
        if asked is not None:
            setattr(node, field, names.visit(asked))
        return [*names.found, node] if names.found else node


class _Names(ast.NodeTransformer):
    """Takes `name := value` for the name, and keeps the assignments in order."""

    def __init__(self) -> None:
        self.found: list[ast.stmt] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, OWN_SCOPE):
            return node
        found: ast.AST = super().visit(node)
        return found

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.expr:
        self.generic_visit(node)
        self.found.append(ast.copy_location(ast.Assign([node.target], node.value), node))
        return ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
