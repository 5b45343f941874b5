"""All parts of a module or a function, and what each stands in: they are gone through again and again, so they are kept
beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

KEPT, ABOVE = "_lora_lint_parts", "_lora_lint_parents"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WHOLE = (ast.Module, *FUNCTIONS, ast.ClassDef)


def walk(node: ast.AST) -> Iterable[ast.AST]:
    """As `ast.walk`."""
    if not isinstance(node, WHOLE):
        return ast.walk(node)
    parts: list[ast.AST] | None = getattr(node, KEPT, None)
    if parts is None:
        parts = list(ast.walk(node))
        setattr(node, KEPT, parts)
    return parts


def parents_of(tree: ast.AST) -> Mapping[ast.AST, ast.AST]:
    """What each part of a module or a function stands in."""
    parents: dict[ast.AST, ast.AST] | None = getattr(tree, ABOVE, None)
    if parents is None:
        parents = {child: node for node in walk(tree) for child in ast.iter_child_nodes(node)}
        setattr(tree, ABOVE, parents)
    return parents


def scope_of(
    node: ast.AST, parents: Mapping[ast.AST, ast.AST], functions: tuple[type[ast.AST], ...] = FUNCTIONS
) -> ast.AST:
    """The function that a part stands in, or that it is, else the module."""
    while node in parents and not isinstance(node, functions):
        node = parents[node]
    return node
