"""A quick look at whether a text is Python, with the running interpreter's own parser. Nothing is executed."""

from __future__ import annotations

import warnings

_PARSE_ONLY = 0x400 | 0x2000  # ast.PyCF_ONLY_AST and PyCF_ALLOW_TOP_LEVEL_AWAIT, without importing ast


def is_python(text: str) -> bool:
    """Does this interpreter read a text as Python? It may still be in the syntax of a later release."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "script", "exec", _PARSE_ONLY, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
