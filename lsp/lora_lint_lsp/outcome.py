"""What a lint of a script gave; and what still holds of it while the text cannot be parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from lora_lint import Edit, Finding, Location, Related
from lora_lint_lsp.target import ConfigTrouble, Trouble

Place = TypeVar("Place", Finding, Related, Edit)
Lines = Mapping[int | None, Sequence[str]]


class Outcome(NamedTuple):
    """The findings of one revision of a script. `lines` is the text they were found in, by cell.

    `stale` findings come from the last text that was Python; they carry no fix.
    """

    revision: int
    lines: Lines
    findings: tuple[Finding, ...]
    trouble: Trouble | None = None
    config_trouble: ConfigTrouble | None = None
    stale: bool = False

    def same_as(self, other: Outcome | None) -> bool:
        """Would the client be shown the same?"""
        return other is not None and self[2:] == other[2:]


class Shift:
    """Where the unchanged lines of an old text stand in a new one: those before the first and after the last change."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        most = min(len(old), len(new))
        self.head = 0
        while self.head < most and old[self.head] == new[self.head]:
            self.head += 1
        tail = 0
        while tail < most - self.head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        self.tail_from = len(old) - tail
        self.by = len(new) - len(old)

    def rows(self, first: int, last: int) -> int | None:
        """By how much the rows from `first` to `last` (from 1) moved; None where one of them changed."""
        if last <= self.head:
            return 0
        return self.by if first > self.tail_from else None


def still_true(good: Outcome, lines: Lines) -> tuple[Finding, ...]:
    """The findings of the last good outcome whose lines stand unchanged in a text, at the rows where they are now."""
    shifts = {cell: Shift(good.lines.get(cell, ()), now) for cell, now in lines.items()}
    kept: list[Finding] = []
    for finding in good.findings:
        moved = _moved(finding, shifts, finding.filename)
        if moved is not None:
            story = (_moved(step, shifts, finding.filename) for step in finding.related)
            kept.append(moved._replace(fix=None, related=tuple(step for step in story if step is not None)))
    return tuple(kept)


def _moved(item: Place, shifts: Mapping[int | None, Shift], filename: str) -> Place | None:
    if item.filename != filename:
        return item
    shift = shifts.get(item.cell)
    by = shift.rows(item.location.row, item.end_location.row) if shift is not None else None
    if by is None:
        return None
    return item._replace(
        location=Location(item.location.row + by, item.location.column),
        end_location=Location(item.end_location.row + by, item.end_location.column),
    )
