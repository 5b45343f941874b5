"""Arrays of numbers as lists in lists: rows of one array are the same ones, which takes little room and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....reading.cells.arrays import SOME

STEPS = 7


def grid(sizes: Sequence[int], index: int, width: int | None = None) -> Any:
    """An array of these sizes, another one for each `index`; `width` is what is known of the last where nobody says
    how large it is."""
    *outer, last = sizes
    found: Any = [round((index + place) % STEPS / STEPS, 3) for place in range(last or width or SOME)]
    for size in reversed(outer):
        found = [found] * (size or SOME)
    return found
