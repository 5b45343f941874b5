"""Texts that name their values: cells, and what stands above a sequence."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ....reading.cells.named_values import NamedValues
from ....reading.cells.shape import Shape
from .. import rows
from ..cells import kinds


def text(run: Run, named: NamedValues, place: int, first: str = "") -> str:
    """One of these texts; `first` is what it begins with, where its first part has no name."""
    before = [first or f"part-{place}", *(f"part{number}-{place}" for number in range(1, named.before))]
    return named.text([_value(run, name, kind, place) for name, kind in named.fields], before)


def title(run: Run, name: str, place: int) -> str:
    """What stands above a sequence: its name, and what the script takes such a line apart for."""
    above = (held for column, held in run.hints.named_values.items() if column not in run.hints.columns)
    named = next(above, None)
    return name if named is None else text(run, named, place, name)


def _value(run: Run, name: str, kind: str, place: int) -> Any:
    cell = rows.value(name, place, None, Shape(kind) if kind else None)
    plain = isinstance(cell, str) and kinds.by_name(name) in ("text", "id")
    return rows.told(run, name, place, f"{name}-{place}" if plain else cell)
