"""A directory of its own beside another: `out` gets `out-adapter`, in whatever form the script writes the path."""

from __future__ import annotations

import re

import libcst as cst

from lora_lint.fixes.tree import code_of

SLASHES = "/\\"
NO_NAME = ("", ".", "..")
ENDING = re.compile(r"\.(pt|pth|bin|ckpt|safetensors)(?=[\"']*$)")


def beside(node: cst.BaseExpression, code: str, suffix: str) -> str:
    """The source of a path beside the one that an expression gives: the same name with a suffix.

    Works on what the expression is: a literal, an f-string, `os.path.join(...)`, `Path(...) / "x"`, `out + "x"`, a
    name. The result is a string or a path, which every save takes.
    """
    if isinstance(node, cst.SimpleString):
        return _literal(node.value, suffix)
    if isinstance(node, cst.FormattedString) and node.parts:
        last = node.parts[-1]
        if isinstance(last, cst.FormattedStringText):
            text = last.value.rstrip(SLASHES)
            changed = node.with_changes(parts=[*node.parts[:-1], last.with_changes(value=text + suffix)])
        else:
            changed = node.with_changes(parts=[*node.parts, cst.FormattedStringText(suffix)])
        return code_of(changed)
    if isinstance(node, cst.Call) and node.args and _is_join(node):
        last_arg = node.args[-1]
        if last_arg.keyword is None and not last_arg.star:
            inner = beside(last_arg.value, code_of(last_arg.value), suffix)
            return code_of(
                node.with_changes(args=[*node.args[:-1], last_arg.with_changes(value=cst.parse_expression(inner))])
            )
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Divide, cst.Add)):
        if isinstance(node.right, (cst.SimpleString, cst.FormattedString)):
            right = beside(node.right, code_of(node.right), suffix)
            return code_of(node.with_changes(right=cst.parse_expression(right)))
        if isinstance(node.operator, cst.Add):
            return f'{" ".join(code.split())} + "{suffix}"'
    return formatted(code, suffix)


def without_ending(node: cst.BaseExpression) -> cst.BaseExpression:
    """The expression of a path without the `.pt` or the like at its end, where that is written out."""
    if isinstance(node, cst.SimpleString):
        return node.with_changes(value=ENDING.sub("", node.value))
    if isinstance(node, cst.FormattedString) and node.parts:
        last = node.parts[-1]
        if isinstance(last, cst.FormattedStringText):
            changed = last.with_changes(value=ENDING.sub("", last.value))
            return node.with_changes(parts=[*node.parts[:-1], changed])
    if isinstance(node, cst.Call) and node.args and _is_join(node):
        last_arg = node.args[-1]
        return node.with_changes(args=[*node.args[:-1], last_arg.with_changes(value=without_ending(last_arg.value))])
    if isinstance(node, cst.BinaryOperation):
        right = without_ending(node.right)
        nothing = isinstance(right, cst.SimpleString) and right.evaluated_value == ""  # `name + ".pt"`
        return node.left if nothing else node.with_changes(right=right)
    return node


def _is_join(node: cst.Call) -> bool:
    return (
        isinstance(node.func, (cst.Attribute, cst.Name))
        and (node.func.attr.value if isinstance(node.func, cst.Attribute) else node.func.value) == "join"
    )


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
    """`f"{code}-adapter"`, in quotes that the expression does not use."""
    code = " ".join(code.split())
    if '"' not in code:
        return f'f"{{{code}}}{suffix}"'
    if "'" not in code:
        return f"f'{{{code}}}{suffix}'"
    return f'str({code}) + "{suffix}"'


def quoted(text: str) -> str:
    """A text as a string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
