"""A text with edits made, and where each place of it is afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lora_lint.finding import Edit, Location
from lora_lint.source.text import NEWLINE


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made, those of one file and cell."""
    return Edited(text, edits).text


class Rows:
    """Where the rows of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(newline.end() for newline in NEWLINE.finditer(text))]
        self._length = len(text)

    def offset(self, place: Location) -> int:
        """The offset of a place; of one behind the last row the end of the text."""
        if place.row > len(self._starts):
            return self._length
        return min(self._starts[place.row - 1] + place.column - 1, self._length)


class _Change(NamedTuple):
    """Offsets of a text that was replaced, and of what stands there now."""

    start: int
    end: int
    new_start: int
    new_end: int


class Edited:
    """A text with edits made, those of one file and cell: `text`."""

    def __init__(self, text: str, edits: Iterable[Edit]) -> None:
        self._rows = Rows(text)
        self._changes: list[_Change] = []
        parts: list[str] = []
        at = length = 0
        # of several at one place the last comes first, as if they were made one by one from the end of the text
        for edit in sorted(edits, key=lambda edit: (edit.location, edit.end_location), reverse=True)[::-1]:
            start, end = self._rows.offset(edit.location), self._rows.offset(edit.end_location)
            length += start - at + len(edit.content)
            self._changes.append(_Change(start, end, length - len(edit.content), length))
            parts += [text[at:start], edit.content]
            at = end
        self.text = "".join([*parts, text[at:]])

    def moved(self, place: Location) -> int | None:
        """The offset that a place of the old text has in the new one; None where it is replaced."""
        offset = self._rows.offset(place)
        shift = 0
        for change in self._changes:
            if change.end <= offset:
                shift = change.new_end - change.end
            elif change.start < offset:
                return None
        return offset + shift

    def inserted(self, offset: int) -> bool:
        """Is what stands at an offset of the new text an addition, in place of nothing?"""
        return any(c.start == c.end and c.new_start <= offset < c.new_end for c in self._changes)
