"""The places by which a script asks for the parts of a line, written out or under a name: `columns[-1]`, `parts[TAG]`,
`columns[args.tag_column]`."""

from __future__ import annotations

import ast

from ..literals import bound
from .file_names import given

DEPTH = 3


class Places:
    """The numbers of one module that have names: constants, and the defaults of parameters and arguments."""

    def __init__(self, tree: ast.Module) -> None:
        self._bound: dict[str, list[ast.expr]] = {}
        for name, value in (*bound(tree), *((name, value) for _, name, value in given([tree]))):
            self._bound.setdefault(name, []).append(value)

    def of(self, node: ast.AST, depth: int = 0) -> int | None:
        """The place that an expression says; None, where that is not known."""
        with_sign = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        value = node.operand if isinstance(node, ast.UnaryOp) and with_sign else node
        if isinstance(value, ast.Constant):
            found = value.value if type(value.value) is int else None
            return None if found is None else -found if with_sign else found
        name = value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""
        if with_sign or depth >= DEPTH:
            return None
        known = (self.of(held, depth + 1) for held in self._bound.get(name, ()))
        return next((place for place in known if place is not None), None)
