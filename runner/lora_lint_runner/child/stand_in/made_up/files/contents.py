"""The rows of a file that is made up: with the columns that the script asks for."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Collection
from datetime import datetime
from fnmatch import fnmatch
from typing import Any

from ....context import Run
from ....reading.example_of import example_of
from .. import rows, sets
from ..cells import kinds, pictured, threads
from ..cells.grids import grid
from . import groups, naming
from .arrays import NUMBERS

COUNT = 64
CLASSES = 16  # in a list of them: a model that tells so many apart in each point of a picture is large
LISTED = re.compile(r"^(class|label|categor|tag)\w*([_-](names?|list|map))?$", re.I)
OF_ONE_VALUE = (".json", ".yaml", ".yml")
SEEN = 2048  # times in a series
GROUPS = 8
SERIES_BESIDE = 3  # each of its own times, of less than a year
SERIES = tuple(f"value_{place}" for place in range(4))


def whole(run: Run, name: str = "") -> bool:
    """Is a file of JSON of this name one value?"""
    known = next((form for pattern, form in run.hints.json_forms.items() if fnmatch(name, pattern)), None)
    return bool(run.spec.learned.get("whole_json", run.hints.whole_json if known is None else known))


def rows_of(run: Run, count: int = COUNT, name: str = "") -> list[dict[str, Any]]:
    """Rows with the columns that the script asks a file of this name for."""
    hints = run.hints
    count = min(count, CLASSES) if LISTED.search(os.path.splitext(name)[0]) and name.endswith(OF_ONE_VALUE) else count
    columns = _columns(run, name)
    first = {column: rows.value(column, 0, kind, hints.columns.get(column)) for column, kind in columns.items()}
    dated = {*hints.date_forms, *(c for c, shape in hints.columns.items() if shape.kind == "date")}
    if _measured(first, dated):
        count = max(count, SEEN)
    of_groups = {column for column in columns if groups.grouped(hints, column, name)}
    each, times = groups.size(hints), int(run.spec.learned.get("rows", 1))
    if of_groups and _measured({c: v for c, v in first.items() if c not in of_groups}, dated):
        count, each, times = SERIES_BESIDE * SEEN, SEEN, 1  # each group is one
    elif of_groups:
        count = max(count, GROUPS * each * (each if hints.nested else 1))
    asked = (tuple(columns.items()), frozenset(of_groups), count * times)
    if asked not in run.met.rows:
        run.met.rows[asked] = _made(run, columns, of_groups, count * times, each * times)
    return copy.deepcopy(run.met.rows[asked])


def _made(
    run: Run, columns: dict[str, str | None], of_groups: set[str], count: int, together: int
) -> list[dict[str, Any]]:
    cells = {column: [cell(run, column, place, kind) for place in range(count)] for column, kind in columns.items()}
    cells.update({column: groups.together(cells[column], together) for column in of_groups})
    shapes = {column: run.hints.columns.get(column) for column in (cells if of_groups else ())}
    votes = {column: shape.values for column, shape in shapes.items() if shape is not None and groups.of_votes(shape)}
    cells.update(
        {c: [groups.leaning(values, place, together) for place in range(count)] for c, values in votes.items()}
    )
    threads.tie(cells)
    cells.update({column: _partly(run, column, cells) for column in cells.keys() & run.hints.emptied})
    pictured.mark(run, cells)
    found = [dict(zip(cells, row)) for row in zip(*cells.values())]
    return [{column: cell for column, cell in row.items() if _plain(cell)} for row in found]


def _partly(run: Run, column: str, cells: dict[str, list[Any]]) -> list[Any]:
    """Nothing in every second row; in the others the key of the row before, where it is the key of some."""
    home = groups.home(run.hints, column)
    held = [None, *cells[home][:-1]] if home != column and home in cells else cells[column]
    return [cell if place % 2 else None for place, cell in enumerate(held)]


def cells_of(run: Run, column: str) -> list[Any]:
    """The cells that a column has in the files that are made up, each of them once."""
    kind = rows.learned_kind(run, column) or rows.by_script(run, column)
    cells = [cell(run, column, place, kind) for place in range(COUNT)]
    return list(dict.fromkeys(cell for cell in cells if isinstance(cell, (str, int))))


def _columns(run: Run, name: str) -> dict[str, str | None]:
    """The columns of a file, each with its kind where more is known of it than its name and its use: all that the
    script speaks of, but for those that it asks other files for, or refuses of this one."""
    hints, of_files = run.hints, run.hints.of_files
    learned = [*run.spec.learned.get("columns", ()), *run.met.told_columns]
    elsewhere = of_files.others(name) - {*learned}
    names = [*hints.columns, *sorted(of_files.of(name) & hints.strings), *learned]
    columns: dict[str, str | None] = dict.fromkeys(column for column in names if column not in elsewhere)
    if hints.text_field:
        columns.setdefault(hints.text_field, "text")
    columns = {c: rows.learned_kind(run, c) or kind or rows.by_script(run, c) for c, kind in columns.items()}
    needed = sets.needed(hints.trainers)
    if set(needed) & set(columns):
        columns.update({c: kind for c, kind in needed.items() if c in hints.strings and c not in columns})
    without = run.spec.learned.get("no columns", {}).get(name, ())
    columns = {c: kind for c, kind in columns.items() if c not in without}
    if not columns and rows.learned_kind(run, "text") == "digits":  # of no column that is known it reads numbers
        return dict.fromkeys(SERIES, "float")
    columns = columns or dict(needed or {"text": "text"})
    if all(kinds.by_name(column) == "date" for column in columns):  # of something that was measured
        columns.update(dict.fromkeys(SERIES, "float"))
    return columns


def cell(run: Run, column: str, place: int, kind: str | None) -> Any:
    """A cell; one of the column that it is looked up in, where there is such."""
    if column in run.hints.arrays:
        run.met.arrays.add(NUMBERS)
        return grid(run.hints.arrays[column], place, run.spec.learned.get("array width"))
    if column in run.hints.date_forms:
        made = datetime.fromisoformat(kinds.KINDS["date"](column, place))
        date = made.strftime(run.hints.date_forms[column])
        run.met.cells.setdefault(date, column)
        return date
    if column in run.hints.named_values:
        return naming.text(run, run.hints.named_values[column], place)
    home, pattern = groups.home(run.hints, column), groups.pattern(run.hints, column)
    if pattern is not None:
        return example_of(pattern, place)
    if column == run.hints.folder_column:
        names = run.spec.learned.get("folders") or groups.folders(column)
        return rows.told(run, column, place, names[place % len(names)])
    shape = groups.shape(run.hints, column)
    kind = kind if home == column else rows.learned_kind(run, home) or rows.by_script(run, home)
    cell = rows.spoken(rows.value(home, place, kind, shape), run.spec.learned.get("speakers"))
    known = shape is not None and (shape.values or shape.kind in ("int", "float"))
    part = groups.of_lines(run.hints, column) and (column in run.hints.known_keys or groups.is_key(run.hints, column))
    number = groups.is_key(run.hints, column) and type(cell) is int and kinds.by_name(home) != "label"
    if (part or number) and not known:
        cell = f"{home}-{place}"  # each of its own, and the same to those who read it as text
    if isinstance(cell, list) and cell and all(map(_is_file, cell)):
        cell = [f"{column}-{place}-{number}{_suffix_of(part)}" for number, part in enumerate(cell)]
    cell = f"{column}-{place}{_suffix_of(cell)}" if _is_file(cell) else cell
    return rows.told(run, column, place, cell)


def _measured(row: dict[str, Any], written: Collection[str] = ()) -> bool:
    """Is it a series: numbers, each of its time? Models look hundreds of steps back and ahead."""
    dated = {column for column in row if column in written or kinds.by_name(column) == "date"}
    others = [value for column, value in row.items() if column not in dated]
    return bool(dated) and bool(others) and all(map(_is_number, others))


def _is_number(value: Any) -> bool:
    """Also one that is written in digits."""
    return isinstance(value, (int, float)) or (isinstance(value, str) and value.isdigit())


def _is_file(value: Any) -> bool:
    """An image or a sound, which a file of rows names by its path."""
    return not _plain(value) or (isinstance(value, dict) and "array" in value)


def _suffix_of(value: Any) -> str:
    return ".png" if hasattr(value, "convert") else ".wav" if isinstance(value, dict) else ""


def _plain(value: Any) -> bool:
    """Can a file of text hold it?"""
    if isinstance(value, dict):
        return all(_plain(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return all(_plain(v) for v in value)
    return type(value).__module__ == "builtins"
