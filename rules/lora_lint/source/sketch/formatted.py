"""f-strings as they are mostly written. Python's tree has their values only: the rest is read from the text."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft

QUOTES = "'\""
ODD = ("\\", "\n", "{{", "}}")  # in these something is not what it seems


def formatted(draft: Draft, node: ast.JoinedStr, text: str) -> cst.FormattedString | None:
    """An f-string; None where it is written in a way that only LibCST tells.

    Where its values stand is wrong in some of Python's releases: each has to be where the text has it.
    """
    start = next((i for i, character in enumerate(text) if character in QUOTES), 0) + 1
    body, quote = text[start:-1], text[start - 1]
    if not text.isascii() or not text.endswith(quote) or quote in body or any(odd in text for odd in ODD):
        return None
    first, *rest = body.split("{")
    values = [value for value in node.values if type(value) is ast.FormattedValue]
    if len(values) != len(rest) or "}" in first:
        return None
    parts: list[cst.BaseFormattedStringContent] = [made.formatted_text(first)] if first else []
    column = node.col_offset + start + len(first) + 1
    for value, part in zip(values, rest):
        hole, closed, behind = part.partition("}")
        inner = value.value
        if not closed or "}" in behind or (inner.lineno, inner.col_offset) != (node.lineno, column):
            return None
        width = (inner.end_col_offset or 0) - inner.col_offset
        shown = _shown(hole[width:])
        if inner.end_lineno != inner.lineno or shown is None:
            return None
        parts.append(made.formatted_expression(draft.expression(inner), *shown))
        if behind:
            parts.append(made.formatted_text(behind))
        column += len(part) + 1
    return made.formatted_string(parts, text[:start], quote)


def _shown(rest: str) -> tuple[str | None, Sequence[cst.BaseFormattedStringContent] | None] | None:
    """How a value is shown: the conversion and the format behind it; None where there is something else."""
    how, colon, form = rest.partition(":")
    if how and how not in ("!r", "!s", "!a"):
        return None
    return how[1:] or None, ([made.formatted_text(form)] if form else []) if colon else None
