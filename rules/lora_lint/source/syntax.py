"""A quick look at whether a text is Python, with the running interpreter's own parser. Nothing is executed."""

from __future__ import annotations

import warnings

_PARSE_ONLY = 0x400 | 0x2000  # ast.PyCF_ONLY_AST and PyCF_ALLOW_TOP_LEVEL_AWAIT, without importing ast


def is_python(text: str) -> bool:
    """Does this interpreter read a text as Python? It may still be in the syntax of a later release."""
    return fault(text) is None


def fault(text: str) -> tuple[str, int] | None:
    """What this interpreter has against a text, and the row; None where it reads it as Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "script", "exec", _PARSE_ONLY, True)
    except SyntaxError as error:
        return error.msg, error.lineno or 1
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or "nested too deeply", 1
    return None
