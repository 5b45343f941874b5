"""A directory of its own beside another: `out` gets `out-adapter`, in whatever form the script writes the path."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from lora_lint.fixes.writing.tree import code_of
from lora_lint.flow.values import Const, Lib
from lora_lint.flow.view import Level, View
from lora_lint.knowledge.repeatable import JOINS

ADAPTER, MERGED = "-adapter", "-merged"  # the suffixes of directories beside that of a save
SLASHES = "/\\"
NO_NAME = ("", ".", "..")
ENDING = r"\.(pt|pth|bin|ckpt|safetensors)(?=[\"']*$)"
NOT_IN_BRACES = r"[\\#\n\r]|:=|\blambda\b"  # what an f-string of some release or of all does not take


class Paths:
    """Writes paths as a script could, at a level of one moment of it."""

    def __init__(self, view: View, level: Level) -> None:
        self._view, self._level = view, level

    def beside(self, node: cst.BaseExpression, suffix: str) -> str:
        """The source of a path beside the one that an expression gives: the same name with a suffix.

        Works on what the expression is: a literal, an f-string, `os.path.join(...)`, `Path(...) / "x"`, `out + "x"`, a
        name. The result is a string or a path, which every save takes.
        """
        return code_of(self._beside(self._level.module.whole(node), suffix))

    def _beside(self, node: cst.BaseExpression, suffix: str) -> cst.BaseExpression:
        if isinstance(node, cst.SimpleString):
            return node.with_changes(value=_literal(node.value, suffix))
        if isinstance(node, cst.FormattedString) and node.parts and not self._ends_in_slash(node.parts[-1]):
            return node.with_changes(parts=_suffixed(node.parts, suffix))
        if isinstance(node, cst.ConcatenatedString):
            return node.with_changes(right=self._beside(node.right, suffix))
        if isinstance(node, cst.Call) and self._joins(node):
            *before, last = node.args
            if before and self._is_blank(last.value):  # `join(out, "")` only sets a slash behind it
                return self._beside(node.with_changes(args=[*before[:-1], before[-1].with_changes(comma=LAST)]), suffix)
            return node.with_changes(args=[*before, last.with_changes(value=self._beside(last.value, suffix))])
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Divide)):
            if self._is_blank(node.right):
                return self._beside(node.left, suffix)
            if isinstance(node.operator, cst.Divide) or isinstance(node.right, TEXTS):
                return node.with_changes(right=self._beside(node.right, suffix))
        code = code_of(node)
        if self._ends_in_slash(node):
            inner = code if isinstance(node, PRIMARY) else f"({code})"
            return cst.parse_expression(f'{inner}.rstrip("/") + "{suffix}"')
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Add):
            return cst.BinaryOperation(node, cst.Add(), cst.SimpleString(f'"{suffix}"'))
        return cst.parse_expression(formatted(code, suffix))

    def without_ending(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The expression of a path without the `.pt` or the like at its end, where that is written out."""
        node = self._level.module.whole(node)
        if isinstance(node, cst.SimpleString):
            return node.with_changes(value=re.sub(ENDING, "", node.value))
        if isinstance(node, cst.FormattedString) and node.parts:
            last = node.parts[-1]
            if isinstance(last, cst.FormattedStringText):
                changed = last.with_changes(value=re.sub(ENDING, "", last.value))
                return node.with_changes(parts=[*node.parts[:-1], changed])
        if isinstance(node, cst.Call) and self._joins(node):
            last_arg = node.args[-1]
            changed_arg = last_arg.with_changes(value=self.without_ending(last_arg.value))
            return node.with_changes(args=[*node.args[:-1], changed_arg])
        if isinstance(node, cst.BinaryOperation):
            right = self.without_ending(node.right)
            nothing = isinstance(right, cst.SimpleString) and right.evaluated_value == ""  # `name + ".pt"`
            return node.left if nothing else node.with_changes(right=right)
        return node

    def _joins(self, node: cst.Call) -> bool:
        """`os.path.join(out, "final")`, in which the last argument is the end of the path."""
        if not node.args or node.args[-1].keyword is not None or node.args[-1].star:
            return False
        callee = self._view.value(node.func, self._level)
        return isinstance(callee, Lib) and callee.name in JOINS

    def _is_blank(self, node: cst.BaseExpression) -> bool:
        """`""`, `"/"` and `os.sep`: the path's name stands before it."""
        value = self._view.value(node, self._level)
        return isinstance(value, Const) and isinstance(value.value, str) and not value.value.strip(SLASHES)

    def _ends_in_slash(self, node: cst.CSTNode) -> bool:
        """Is there a slash at the end of what an expression gives, or would give by an option's default?"""
        inner = node.expression if isinstance(node, cst.FormattedStringExpression) else node
        if isinstance(inner, cst.Call) and len(inner.args) == 1 and isinstance(inner.args[0].value, cst.SimpleString):
            inner = inner.args[0].value  # `os.path.expanduser("~/out/")`
        return isinstance(inner, cst.BaseExpression) and self._view.ends_in_slash(inner, self._level)


LAST = cst.MaybeSentinel.DEFAULT
TEXTS = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)
PRIMARY = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)


def _suffixed(parts: Sequence[cst.BaseFormattedStringContent], suffix: str) -> list[cst.BaseFormattedStringContent]:
    *before, last = parts
    if isinstance(last, cst.FormattedStringText):
        return [*before, last.with_changes(value=last.value.rstrip(SLASHES) + suffix)]
    return [*parts, cst.FormattedStringText(suffix)]


def _literal(source: str, suffix: str) -> str:
    quote = source[-1]
    triple = quote * 3 if source.endswith(quote * 3) and len(source) >= 6 else quote
    body = source[: -len(triple)]
    start = body.index(triple) + len(triple)
    named = body[start:].rstrip(SLASHES)
    if re.split(r"[/\\\\]", named)[-1] in NO_NAME:  # a folder in it, since it has no name to put something after
        between = "" if body[start:] in ("", "/") or body.endswith("/") else "/"
        return f"{body}{between}{suffix.lstrip('-')}{triple}"
    return f"{body[:start]}{named}{suffix}{triple}"


def formatted(code: str, suffix: str) -> str:
    """`f"{code}-adapter"`, in quotes that the expression does not use; a sum where no f-string of all releases can."""
    quote = next((quote for quote in "\"'" if quote not in code), None)
    if quote is None or re.search(NOT_IN_BRACES, code):
        return f'str({code}) + "{suffix}"'
    return f"f{quote}{{{code}}}{suffix}{quote}"
