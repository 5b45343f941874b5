"""Regular expressions as a script has them: written out, compiled, under a name."""

from __future__ import annotations

import ast

from .literals import bound

MODULES = ("re", "regex")


def pattern_in(node: ast.expr) -> str | None:
    """A text, or that of a compiled pattern."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile" and node.args:
        node = node.args[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def patterns_in(tree: ast.AST) -> dict[str, str]:
    """Those that are bound to a name."""
    return {name: text for name, value in bound(tree) if (text := pattern_in(value)) is not None}


def held_against(call: ast.Call, named: dict[str, str]) -> tuple[str | None, ast.expr | None]:
    """The pattern of a call, and the text: `re.match(pattern, text)`, `PATTERN.match(text)`."""
    func = call.func
    if not isinstance(func, ast.Attribute) or not call.args:
        return None, None
    by_module = getattr(func.value, "id", "") in MODULES and len(call.args) > 1
    said, asked = (call.args[0], call.args[1]) if by_module else (func.value, call.args[0])
    return pattern_in(said) or named.get(getattr(said, "id", getattr(said, "attr", ""))), asked
