"""The cases of a `match` in the words of an `if`: what is told of them."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

PLAIN = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.SimpleString)


def case_as_test(code: Callable[[cst.CSTNode], str], subject: cst.BaseExpression, node: cst.MatchPattern) -> str:
    """A case as the test that an `if` would make in its place; the case itself, where that would be several."""
    shown = code(subject)
    bracketed = bool(getattr(subject, "lpar", ()))  # `code` has made the node whole, where LibCST can
    asked = shown if isinstance(subject, PLAIN) or bracketed else f"({shown})"
    if isinstance(node, cst.MatchAs) and node.pattern is not None:
        return case_as_test(code, subject, node.pattern)
    if isinstance(node, cst.MatchValue):
        return f"{asked} == {code(node.value)}"
    if isinstance(node, cst.MatchSingleton):
        return f"{asked} is {code(node.value)}"
    if isinstance(node, cst.MatchClass) and is_bare(node):
        return f"isinstance({code(subject)}, {code(node.cls)})"
    if isinstance(node, cst.MatchOr):
        patterns = [element.pattern for element in node.patterns]
        values = [code(one.value) for one in patterns if isinstance(one, cst.MatchValue)]
        classes = [code(one.cls) for one in patterns if isinstance(one, cst.MatchClass) and is_bare(one)]
        if len(values) == len(patterns):
            return f"{asked} in ({', '.join(values)})"
        if len(classes) == len(patterns):
            return f"isinstance({code(subject)}, ({', '.join(classes)}))"
    return f"match {code(subject)}: case {code(node)}"


def is_bare(node: cst.MatchClass) -> bool:
    """Does a class pattern ask for the class only?"""
    return not node.patterns and not node.kwds
