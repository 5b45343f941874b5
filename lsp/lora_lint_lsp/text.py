"""A text as the protocol counts it: lines end at LF, CRLF or CR and nowhere else, columns count the units that the
client chose.

Python's `str.splitlines` also splits at form feeds and other separators, which occur in Python files; an edit applied
with it would land in the wrong line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"[\r\n]+\Z")

UNITS = {
    types.PositionEncodingKind.Utf8: lambda text: len(text.encode("utf-8", "surrogatepass")),
    types.PositionEncodingKind.Utf16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    types.PositionEncodingKind.Utf32: len,
}


def split_lines(text: str) -> list[str]:
    """The lines of a text with their ends; a text that ends in a newline has no empty last line."""
    return _LINE.findall(text)


class Encoding:
    """Turns columns in the client's units into characters, and back."""

    def __init__(self, kind: types.PositionEncodingKind | str | None) -> None:
        self.kind = types.PositionEncodingKind(kind or types.PositionEncodingKind.Utf16)
        self._units = UNITS[self.kind]

    def units(self, text: str) -> int:
        """How many units a text is long."""
        return len(text) if text.isascii() else self._units(text)

    def characters(self, line: str, units: int) -> int:
        """How many characters the first `units` units of a line hold; never past its end, never inside a character."""
        body = _END.sub("", line)
        if body.isascii() or self.kind is types.PositionEncodingKind.Utf32:
            return max(0, min(units, len(body)))
        taken = 0
        for index, character in enumerate(body):
            taken += self._units(character)
            if taken > units:
                return index
        return len(body)

    def position(self, lines: Sequence[str], row: int, column: int) -> types.Position:
        """The client's position of a row and column that count from 1, in characters."""
        if row < 1 or not lines:
            return types.Position(line=0, character=0)
        if row > len(lines):
            last = lines[-1]
            if _END.search(last):
                return types.Position(line=len(lines), character=0)
            return types.Position(line=len(lines) - 1, character=self.units(last))
        line = _END.sub("", lines[row - 1])
        return types.Position(line=row - 1, character=self.units(line[: max(0, column - 1)]))

    def range(self, lines: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> types.Range:
        """The client's range between two (row, column) pairs that count from 1."""
        return types.Range(start=self.position(lines, *start), end=self.position(lines, *end))


class Text:
    """A text under edit. Applies the client's changes line by line: a keystroke costs little in a long file, too."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.encoding = encoding
        self.lines = split_lines(text)
        self._whole: str | None = text

    @property
    def whole(self) -> str:
        if self._whole is None:
            self._whole = "".join(self.lines)
        return self._whole

    def replace_all(self, text: str) -> None:
        self.lines, self._whole = split_lines(text), text

    def replace(self, where: types.Range, new: str) -> None:
        """Puts `new` in place of a range. A position outside the text counts as the nearest one inside."""
        first, start = self._locate(where.start)
        last, end = self._locate(where.end)
        if (last, end) < (first, start):
            (first, start), (last, end) = (last, end), (first, start)
        before = self.lines[first][:start] if first < len(self.lines) else ""
        after = self.lines[last][end:] if last < len(self.lines) else ""
        stop = last + 1
        # A CR and an LF that come to stand side by side are one line end: neighbours are split anew with the edit.
        if first > 0:
            first -= 1
            before = self.lines[first] + before
        if stop < len(self.lines):
            after += self.lines[stop]
            stop += 1
        self.lines[first:stop] = split_lines(before + new + after)
        self._whole = None

    def _locate(self, position: types.Position) -> tuple[int, int]:
        if position.line >= len(self.lines):
            if self.lines and not _END.search(self.lines[-1]):
                return len(self.lines) - 1, len(self.lines[-1])
            return len(self.lines), 0
        line = max(0, position.line)
        return line, self.encoding.characters(self.lines[line], position.character)

    def point(self, position: types.Position) -> tuple[int, int]:
        """The row and column, from 1 and in characters, of a client's position."""
        line, column = self._locate(position)
        return line + 1, column + 1
