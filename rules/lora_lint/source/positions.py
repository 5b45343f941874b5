"""Places in a text."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A place in the text: `row` and `column` from 1, counted in characters."""

    row: int
    column: int


class Span(NamedTuple):
    """From the first character of a node to just behind its last."""

    start: Position
    end: Position
