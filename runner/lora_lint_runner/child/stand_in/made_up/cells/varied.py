"""Cells that differ in more ways from row to row, for scripts whose own tests have left none of the made-up rows."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ....reading.cells.shape import ANY
from ....reading.hints import Hints

AROUND = (0, 1, -1, 0.5, -0.5)
LONGEST, USUAL = 2000, 200  # characters: the most, and where the script compares no lengths
WORDS = 120  # what a text is compared with may be its words up to here
DATE, YEAR = re.compile(r"\d{4}-\d\d-\d\d"), 2018
PLAIN = ("json", "id")  # texts that are no words
TOGETHER = 8  # dates that are close to each other


def cell(hints: Hints, column: str, index: int, made: Any) -> Any:
    """Another cell in the place of one that was made up: numbers around those that the script compares with, texts of
    several lengths, and the words that it compares texts with. What is counted by it, as labels are, stays."""
    chance = int.from_bytes(hashlib.sha256(f"{column}-{index}".encode()).digest()[:8], "big")
    shape = hints.columns.get(column, ANY)
    if isinstance(made, bool):
        return chance % 2 == 0
    if (
        isinstance(made, (int, float))
        and not shape.values
        and (isinstance(made, float) or shape.kind in ("int", "float"))
    ):
        return _number(hints, chance, made)
    if isinstance(made, str) and DATE.match(made):
        return _date(index, made)
    return _text(hints, column, chance, made) if isinstance(made, str) and shape.kind not in PLAIN else made


def _date(index: int, made: str) -> str:
    """Of any year; a few are minutes apart, as in a conversation."""
    group, place = divmod(index, TOGETHER)
    day = f"{YEAR + group * 5 % 13}{made[4:8]}{group % 28 + 1:02}"
    return f"{day}{made[10:11]}{group % 24:02}:{place * 2:02}{made[16:]}" if len(made) > 16 else day


def _number(hints: Hints, chance: int, made: float) -> float:
    bounds = sorted(hints.bounds) or [made]
    found = bounds[chance % len(bounds)] + AROUND[chance // 64 % len(AROUND)]
    if isinstance(made, int):
        return (made, round(found))[chance // 512 % 2]
    return (made, float(found), chance // 7 % 11 / 10)[chance // 512 % 3]


def _text(hints: Hints, column: str, chance: int, made: str) -> str:
    if made.isdigit():
        return made
    words = hints.columns.get(column, ANY).values or hints.compared.get(column) or hints.words
    if chance % 3 == 0 and words:
        return str(sorted(words, key=str)[chance // 3 % len(words)])
    sizes = [int(bound) for bound in sorted(hints.bounds) if 8 < bound <= LONGEST] or [USUAL]
    size = sizes[chance // 3 % len(sizes)] + 1
    length = len(made.split()) if size <= WORDS and chance % 2 else len(made) + 1
    return (f"{made} " * (size // max(length, 1) + 1)).strip() if chance % 3 == 1 else made
