"""A file as it is linted: Python text, and where its lines come from."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.source.positions import Position


class Origin(NamedTuple):
    """Where a line of the linted text comes from: a notebook cell from 1 (None elsewhere) and the row in it."""

    cell: int | None
    row: int


class Document:
    """Text to lint. In a plain script line n is line n; a notebook's cells are joined, each line knowing its cell."""

    def __init__(self, filename: str, text: str, origins: list[Origin] | None = None) -> None:
        self.filename, self.text, self.origins = filename, text, origins

    def locate(self, position: Position) -> tuple[int | None, Position]:
        """The cell and the position in it of a position in the linted text."""
        if self.origins is None:
            return None, position
        origin = self.origins[min(position.row, len(self.origins)) - 1]
        return origin.cell, Position(origin.row, position.column)
