"""All parts of a module or a function: they are gone through again and again, so they are kept beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

KEPT = "_lora_lint_parts"
WHOLE = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def walk(node: ast.AST) -> Iterable[ast.AST]:
    """As `ast.walk`."""
    if not isinstance(node, WHOLE):
        return ast.walk(node)
    parts: list[ast.AST] | None = getattr(node, KEPT, None)
    if parts is None:
        parts = list(ast.walk(node))
        setattr(node, KEPT, parts)
    return parts
