"""Python's own parser: quick, and the one that says what is Python. Nothing is executed."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

_PARSE_ONLY = 0x400 | 0x2000  # ast.PyCF_ONLY_AST and PyCF_ALLOW_TOP_LEVEL_AWAIT, without importing ast


def python_tree(text: str) -> ast.Module:
    """Python's tree of a text. Raises SyntaxError, ValueError, RecursionError and MemoryError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(text, "script", "exec", _PARSE_ONLY, True)  # type: ignore[no-any-return]
