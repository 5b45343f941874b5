"""A file as it is linted: Python text, and where its lines come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lora_lint.source.positions import Position


class Origin(NamedTuple):
    """Where a line of the linted text comes from: a notebook cell from 1 (None elsewhere), the row, the indentation."""

    cell: int | None
    row: int
    indent: int = 0


class Document:
    """Text to lint. In a plain script line n is line n; of cells and Markdown blocks each line knows its origin.

    `restore` gives text of this document in the words of its file (a notebook's magics stand for themselves again).
    `left_out` are the cells that are no Python.
    """

    def __init__(
        self,
        filename: str,
        text: str,
        origins: list[Origin] | None = None,
        restore: Callable[[str], str] | None = None,
        left_out: tuple[int, ...] = (),
    ) -> None:
        self.filename, self.text, self.origins = filename, text, origins
        self.restore, self.left_out = restore, left_out

    def locate(self, position: Position) -> tuple[int | None, Position]:
        """The cell and the position in it of a position in the linted text."""
        if self.origins is None:
            return None, position
        origin = self.origins[min(position.row, len(self.origins)) - 1]
        return origin.cell, Position(origin.row, position.column + origin.indent)

    def row_text(self, row: int) -> str:
        """A row of the linted text as it is spoken of: with its cell, in a notebook."""
        cell, position = self.locate(Position(row, 1))
        return str(position.row) if cell is None else f"cell {cell}:{position.row}"

    def span(self, start: Position, end: Position) -> tuple[int | None, Position, Position]:
        """The cell, and start and end in it, of a place in the linted text."""
        cell, first = self.locate(start)
        return cell, first, self.locate(end)[1]

    def rows(self, cell: int | None, first: int, last: int) -> range:
        """The rows of the linted text that hold these rows of a cell, or of the file; none where it has not all."""
        if self.origins is None:
            return range(first, last + 1) if cell is None else range(0)
        rows = [
            row for row, origin in enumerate(self.origins, 1) if origin.cell == cell and first <= origin.row <= last
        ]
        return range(rows[0], rows[-1] + 1) if rows else range(0)
