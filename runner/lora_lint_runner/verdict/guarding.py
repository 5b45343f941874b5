"""The test that a line hangs on: where it was not reached, that is what to look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import lora_lint

LONGEST = 60  # characters of a test that are shown
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Guard(NamedTuple):
    """What has to come true for a line to be reached, and where it is asked."""

    text: str
    row: int
    cell: int | None = None


def guard_of(source: str, row: int) -> Guard | None:
    """The innermost `if`, or `except`, around a row, within its function. None if there is none."""
    try:
        tree = lora_lint.python_tree(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    found = None
    for node, inside in around(tree, row):
        if isinstance(node, SCOPES):
            found = None
        elif isinstance(node, ast.If) and not _is_main(node.test):
            if any(part is inside for part in node.body):
                found = Guard(f"if {_said(node.test)}", node.test.lineno)
            elif any(part is inside for part in node.orelse) and not isinstance(inside, ast.If):
                found = Guard(f"the else of if {_said(node.test)}", node.test.lineno)
        elif isinstance(node, ast.ExceptHandler):
            found = Guard(f"except {_said(node.type)}" if node.type is not None else "except", node.lineno)
    return found


def around(tree: ast.AST, row: int) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes around a row, outermost first, each with the part of it that the row is in."""
    node = tree
    while True:
        parts = (part for part in ast.iter_child_nodes(node) if _holds(part, row))
        inside = next(parts, None)
        if inside is None:
            return
        yield node, inside
        node = inside


def _holds(node: ast.AST, row: int) -> bool:
    return getattr(node, "lineno", row + 1) <= row <= (getattr(node, "end_lineno", None) or 0)


def _is_main(test: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def _said(test: ast.expr) -> str:
    text = ast.unparse(test)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} ..."
