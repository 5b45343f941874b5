"""A text as a sketch: from Python's own tree to one of LibCST's nodes."""

from __future__ import annotations

import ast

from lora_lint.source.python import python_tree
from lora_lint.source.sketch import made
from lora_lint.source.sketch.draft import Draft, Unusual
from lora_lint.source.sketch.expressions import EXPRESSIONS
from lora_lint.source.sketch.parsed import Parsed
from lora_lint.source.sketch.statements import body

# where lines end otherwise, or a statement may begin a line of the text and none of Python's
UNUSUAL = ("\r", "\f", "\\\n", "\ufeff")

INDENT = "    "  # of a text in which nothing is indented


def sketch_of(text: str, tree: ast.Module | None = None) -> Parsed | None:
    """The sketch of a text; None where only LibCST can tell: it is unusual, or no Python of this release.

    `tree` is that of Python's parser, where somebody has it already.
    """
    if any(mark in text for mark in UNUSUAL):
        return None
    try:
        tree = tree if tree is not None else python_tree(text)
        draft = Draft(text, tree, EXPRESSIONS)
        return Parsed(text, made.module(body(draft, tree.body), draft.indent or INDENT, "\n"), draft)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Unusual):
        return None
