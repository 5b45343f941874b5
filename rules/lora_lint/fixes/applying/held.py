"""Files that fixes are made in, in memory: what they held before is kept, and the last edits can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

from lora_lint.finding import Edit, Finding
from lora_lint.fixes.applying.edited import apply_edits
from lora_lint.source.notebook import cells_of, with_cells
from lora_lint.source.suffixes import NOTEBOOK
from lora_lint.source.text import decode

Key = TypeVar("Key", bound="int | None")


class Change(NamedTuple):
    """A file with other content: its bytes before and after."""

    path: str
    before: bytes
    after: bytes


class Held:
    """Files under correction: `read` gives what is held in the place of one, `hold` puts new bytes there.

    `found` lints them: the findings, or None where the edits broke one.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        hold: Callable[[Mapping[str, bytes]], object],
        found: Callable[[], list[Finding] | None],
    ) -> None:
        self._read, self._hold, self.found = read, hold, found
        self._before: dict[str, bytes] = {}
        self.last: dict[str, bytes] = {}  # what the files of the last edits held before these

    def edit(self, edits: Mapping[str, list[Edit]]) -> None:
        """Makes edits, by file; none of them where it raises UnicodeEncodeError."""
        before = {path: self._read(path) for path in edits}
        changed = {path: edited(path, before[path], its) for path, its in edits.items()}
        self.last = before
        self._before = {**before, **self._before}
        self._hold(changed)

    def take_back(self) -> None:
        """The last edits are undone."""
        self._hold(self.last)

    def changes(self) -> list[Change]:
        """The files that hold something else than before the first edit."""
        found = (Change(path, before, self._read(path)) for path, before in self._before.items())
        return [change for change in found if change.before != change.after]


def edited(path: str, data: bytes, edits: Collection[Edit]) -> bytes:
    """The bytes of a file with edits made, in its own encoding.

    Raises UnicodeEncodeError where that lacks a character, and Unreadable.
    """
    decoded = decode(data)
    if not path.endswith(NOTEBOOK):
        return decoded.encode(apply_edits(decoded.text, edits))
    texts = {cell.number: cell.text for cell in cells_of(decoded.text)}
    return decoded.encode(with_cells(decoded.text, edited_texts(texts, edits)))


def edited_texts(texts: Mapping[Key, str], edits: Collection[Edit]) -> dict[Key, str]:
    """Texts with edits made: of a notebook by the number of the cell, else one under None."""
    return {cell: apply_edits(text, [edit for edit in edits if edit.cell == cell]) for cell, text in texts.items()}
