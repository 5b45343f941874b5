"""Rows of a made-up file that belong together: what a script groups by, or looks up in another file, is the same."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from ....reading.cells.shape import Shape
from ....reading.hints import Hints

SIZE, INNER = 12, 4  # rows of a group, and of one that has groups in it, or is in one
LONGEST = 48  # as scripts ask groups for, by a number that they compare something with
FOLDERS = 4
FEW = 16  # kinds of a cell, as of labels, which come again by themselves


def size(hints: Hints) -> int:
    """How many rows a group has: as many as the script may ask for."""
    return max([INNER if hints.nested else SIZE, *(int(bound) + 2 for bound in hints.bounds if bound <= LONGEST)])


def grouped(hints: Hints, column: str, name: str) -> bool:
    """Does a script bring the rows of a file of this name together by a column?"""
    return any(fnmatch(name, pattern) for pattern in hints.groups.get(column, ()))


def home(hints: Hints, column: str) -> str:
    """The column whose cells are in this one."""
    return hints.keys.get(column, column)


def is_key(hints: Hints, column: str) -> bool:
    """Are rows found by it, or brought together?"""
    return column in hints.groups or column in hints.keys or column in hints.keys.values()


def together(cells: list[Any], each: int) -> list[Any]:
    """Cells of which as many in a row are the same; those that are of few kinds stay as they are."""
    try:
        few = len(set(cells)) <= FEW
    except TypeError:
        return cells
    return cells if few else [cells[place // each] for place in range(len(cells))]


def leaning(values: tuple[Any, ...], place: int, each: int) -> Any:
    """One of numbers on both sides of 0, as votes are: most in a group are alike, or they would make up for each
    other."""
    return values[(place // 3 if place % 3 == 0 else place // each) % len(values)]


def of_votes(shape: Shape | None) -> bool:
    """Are these numbers on both sides of 0?"""
    known = shape is not None and shape.kind == "int" and shape.values
    return bool(known and shape is not None and min(shape.values) < 0 < max(shape.values))


def folders(column: str) -> list[str]:
    """The names of folders that are the cells of a column."""
    return [f"{column}_{place}" for place in range(FOLDERS)]


def of_lines(hints: Hints, column: str) -> bool:
    """Is it a part of lines, which may be parted by white space?"""
    names = {name for lines in hints.lines_of_files.values() for name in lines.names}
    same = (other for other, its in hints.keys.items() if its == home(hints, column))
    return not names.isdisjoint({column, home(hints, column), *same})


def pattern(hints: Hints, column: str) -> str | None:
    """The regular expression that a cell is found by in a text, as that of another column is that holds the same."""
    held, found = home(hints, column), {**hints.line_patterns.inner, **hints.line_patterns.cells}
    same = (held, *(other for other, its in hints.keys.items() if its == held))
    return next((found[name] for name in same if name in found), None)


def shape(hints: Hints, column: str) -> Shape | None:
    """What is known of a column's use, and of those that hold the same cells."""
    held = home(hints, column)
    found: Shape | None = None
    for name in [held, *(other for other, its in hints.keys.items() if its == held)]:
        use = hints.columns.get(name)
        found = use if found is None else found if use is None else found.joined(use)
    return found
