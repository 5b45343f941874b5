"""A measurement as it is shown: a table with a title, what it says, and the goals that it is held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Goal(NamedTuple):
    """A ratio that is not to be exceeded (or, with `least`, not to be fallen short of), and what was measured."""

    what: str
    measured: float
    bound: float
    least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.bound if self.least else self.measured <= self.bound

    def __str__(self) -> str:
        word = "at least" if self.least else "at most"
        return f"{self.what}: **{self.measured:.2f}** ({word} {self.bound:g}{'' if self.met else ': not met'})"


class Table(NamedTuple):
    """Rows under a heading. `text` says what was done; `missing` what could not be."""

    title: str
    text: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    goals: Sequence[Goal] = ()
    missing: Sequence[str] = ()
    points: Sequence[tuple[float, float]] = ()  # to be drawn

    def __str__(self) -> str:
        lines = [f"## {self.title}", "", self.text, ""]
        if self.rows:
            lines += [_row(self.head), _row(["---"] * len(self.head)), *map(_row, self.rows), ""]
        lines += [f"- {goal}" for goal in self.goals]
        lines += [f"- not measured: {why}" for why in self.missing]
        return "\n".join(lines).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def megabytes(value: int) -> str:
    return f"{value / 2**20:.0f} MB"
