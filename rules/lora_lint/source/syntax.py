"""Is a text Python? A quick look with the running interpreter's own parser, and the tree. Nothing is executed."""

from __future__ import annotations

from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, Any

from lora_lint.source.python import python_tree

if TYPE_CHECKING:
    import ast

    from lora_lint.source.sketch.parsed import Parsed


class ParseError(Exception):
    """Text that is not Python; `row` is where."""

    def __init__(self, message: str, row: int) -> None:
        super().__init__(message)
        self.row = row


def is_python(text: str) -> bool:
    """Does this interpreter read a text as Python? It may still be in the syntax of a later release."""
    return fault(text) is None


def fault(text: str) -> tuple[str, int] | None:
    """What this interpreter has against a text, and the row; None where it reads it as Python."""
    try:
        python_tree(text)
    except SyntaxError as error:
        return error.msg, error.lineno or 1
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or "nested too deeply", 1
    return None


# -- nesting -----------------------------------------------------------------------------------------------------------

_NOT_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_PAIRS = (b"()", b"[]", b"{}")
DEEPEST_TREE = 3_000  # where Python 3.11 gives up
DEEPEST = 190  # brackets in brackets; Python itself gives up at 200
LITTLE_TEXT = 100  # holds no nesting that counts beside the above
LONG_TEXT, LONG_LINE = 16_000, 1_000  # what is shorter has no room for other nesting that is too deep


def _too_deep(text: str) -> tuple[bool, ast.Module | None]:
    """Is a text nested so deeply that LibCST's parser, which knows no limit, would run out of stack and end all? Beside
    it the tree of Python's parser, where that was asked.

    It knows limits, and is asked where the text could come near them. They differ by release: the depth of the tree
    that it gives is measured.
    """
    if len(text) <= LONG_TEXT and len(max(text.split("\n"), key=len)) <= LONG_LINE and not _brackets_deep(text):
        return False, None
    try:
        tree = python_tree(text)
    except (RecursionError, MemoryError):
        return True, None
    except (SyntaxError, ValueError) as error:
        return "too many" in str(error) or _brackets_deep(text), None
    return _tree_deep(tree), tree


def _tree_deep(tree: ast.AST) -> bool:
    """Only Python 3.11 has a limit for `a.b.c...` that LibCST can bear: the tree is measured, level by level."""
    import ast

    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST_TREE):
        level = [child for node in level for child in ast.iter_child_nodes(node) if not _short(child)]
        if not level:
            return False
    return True


def _short(node: Any) -> bool:
    """Has a node too little text to be nested much deeper? Nearly all have, so that few of a module are looked at."""
    end = getattr(node, "end_lineno", None)
    return end is not None and end == node.lineno and node.end_col_offset - node.col_offset <= LITTLE_TEXT


def _brackets_deep(text: str) -> bool:
    brackets = text.encode("utf-8", "replace").translate(None, _NOT_BRACKETS)
    for _ in range(DEEPEST):  # each round takes the innermost pairs away
        before = len(brackets)
        for pair in _PAIRS:
            brackets = brackets.replace(pair, b"")
        if len(brackets) == before:
            break
    return len(brackets) > DEEPEST


def _deepest_row(text: str) -> int:
    """About where a text is nested most: where most brackets are open, or in a very long line."""
    lines = text.split("\n")
    opened = [sum(map(line.count, "([{")) for line in lines]
    closed = [sum(map(line.count, ")]}")) for line in lines]
    depths = [before + here for before, here in zip(accumulate(map(sub, opened, closed), initial=0), opened)]
    longest = max(lines, key=len)
    if max(depths) <= DEEPEST and len(longest) > LONG_LINE:
        return lines.index(longest) + 1
    return depths.index(max(depths)) + 1


def parse(text: str) -> Parsed:
    """The tree of a text: a sketch where Python's own parser tells all that matters. Raises ParseError."""
    import libcst as cst

    from lora_lint.source.sketch.parsed import Parsed
    from lora_lint.source.sketch.sketch import sketch_of

    deep, tree = _too_deep(text)
    if deep:
        raise ParseError("nested too deeply to parse", _deepest_row(text))
    try:
        sketch = sketch_of(text, tree)
        if sketch is not None:
            return sketch
        from lora_lint.source.tree import tree_of  # which takes its time to get ready

        return Parsed(text, tree_of(text))
    except UnicodeEncodeError as error:
        row = text.count("\n", 0, error.start) + 1
        raise ParseError("not valid Python: half of a surrogate pair, which is no character", row) from None
    except cst.ParserSyntaxError as error:
        message, row = fault(text) or ("in a syntax that is not known", error.raw_line)
        raise ParseError(f"not valid Python: {message}", row) from None
    except RecursionError:
        raise ParseError("nested too deeply to parse", _deepest_row(text)) from None
