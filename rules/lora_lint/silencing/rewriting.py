"""How a suppression is taken out of a text, made longer, or added."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from lora_lint.silencing.comments import Comments
from lora_lint.silencing.suppressions import Suppression
from lora_lint.source.positions import Position

_COOKIE = r"[ \t\f]*#.*?coding[:=]"


class Rewriting(NamedTuple):
    """`text` in place of what stands from `start` up to `end`, in the text that is linted."""

    start: Position
    end: Position
    text: str


def without(comment: Suppression, names: Collection[str], line: str) -> Rewriting:
    """A comment that no longer names these; with all of them the comment goes, and its line where it stood alone.

    A reason goes with it, since it would be code without its hash. What follows another hash stays.
    """
    kept = [name for name in comment.names if name not in names]
    if kept:
        return _between(comment.row, comment.words[0].start, comment.words[-1].end, ", ".join(kept))
    before, behind = line[: comment.start], line[comment.end :]
    if behind.strip():
        return _between(comment.row, comment.start, len(line) - len(behind.lstrip()), "")
    if before.strip():
        return _between(comment.row, len(before.rstrip()), len(line), "")
    return Rewriting(Position(comment.row, 1), Position(comment.row + 1, 1), "")


def with_more(comment: Suppression, names: Iterable[str]) -> Rewriting | None:
    """A comment that names these, too; None where it does already. It has to name some."""
    new = [name for name in dict.fromkeys(names) if name not in comment.names]
    end = comment.words[-1].end
    return _between(comment.row, end, end, "".join(f", {name}" for name in new)) if new else None


def appended(row: int, line: str, comment: str) -> Rewriting:
    """A comment at the end of a line."""
    bare = line.rstrip()
    return _between(row, len(bare), len(line), f"  {comment}" if bare else comment)


def on_top(comments: Comments, comment: str, newline: str) -> Rewriting:
    """A comment with the first line to itself, below those that must come first."""
    first = (row for row, line in enumerate(comments.lines[:2], 1) if line.startswith("#!") or re.match(_COOKIE, line))
    return _between(max(first, default=0) + 1, 0, 0, comment + newline)


def _between(row: int, start: int, end: int, text: str) -> Rewriting:
    return Rewriting(Position(row, start + 1), Position(row, end + 1), text)
