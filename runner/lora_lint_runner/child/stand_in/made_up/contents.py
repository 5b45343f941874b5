"""The rows of a file that is made up: with the columns that the script asks for."""

from __future__ import annotations

from typing import Any

from ...context import Run
from . import kinds, rows, sets

COUNT = 64
SEEN = 2048  # times in a series
SERIES = tuple(f"value_{place}" for place in range(4))


def whole(run: Run) -> bool:
    """Is a file of JSON one value?"""
    return bool(run.spec.learned.get("whole_json", run.hints.whole_json))


def rows_of(run: Run, count: int = COUNT, name: str = "") -> list[dict[str, Any]]:
    """Rows with the columns that the script asks for, but for those that it refuses of a file of this name."""
    hints = run.hints
    columns: dict[str, str | None] = dict.fromkeys(
        [*hints.columns, *run.spec.learned.get("columns", ()), *run.met.told_columns]
    )
    if hints.text_field:
        columns.setdefault(hints.text_field, "text")
    columns = {c: rows.learned_kind(run, c) or kind or rows.by_script(run, c) for c, kind in columns.items()}
    needed = sets.needed(hints.trainers)
    if set(needed) & set(columns):
        columns.update({c: kind for c, kind in needed.items() if c in hints.strings and c not in columns})
    without = run.spec.learned.get("no columns", {}).get(name, ())
    columns = {c: kind for c, kind in columns.items() if c not in without}
    columns = columns or dict(needed or {"text": "text"})
    if all(kinds.by_name(column) == "date" for column in columns):  # of something that was measured
        columns.update(dict.fromkeys(SERIES, "float"))
    if _measured({column: rows.value(column, 0, kind, hints.columns.get(column)) for column, kind in columns.items()}):
        count = max(count, SEEN)
    found = []
    for index in range(count * int(run.spec.learned.get("rows", 1))):
        speakers = run.spec.learned.get("speakers")
        row = {n: rows.spoken(rows.value(n, index, k, hints.columns.get(n)), speakers) for n, k in columns.items()}
        row = {n: f"{n}-{index}{_suffix_of(v)}" if _is_file(v) else v for n, v in row.items()}
        row = {n: rows.told(run, n, index, value) for n, value in row.items()}
        found.append({n: v for n, v in row.items() if _plain(v)})
    return found


def _measured(row: dict[str, Any]) -> bool:
    """Is it a series: numbers, each of its time? Models look hundreds of steps back and ahead."""
    dated = {column for column in row if kinds.by_name(column) == "date"}
    others = [value for column, value in row.items() if column not in dated]
    return bool(dated) and bool(others) and all(isinstance(value, (int, float)) for value in others)


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
