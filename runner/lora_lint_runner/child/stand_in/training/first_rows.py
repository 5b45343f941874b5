"""The first rows of a data set of any kind, for a script that may ask it for more than rows: its texts, its labels."""

from __future__ import annotations

import contextlib
import copy
from typing import Any


def first_rows(rows: Any, count: int) -> Any:
    """A data set as long as that; of a class of the script's own one of the same class, whose lists are as long as it,
    where that can be had. `rows` itself, where it cannot be indexed."""
    if hasattr(rows, "select"):
        return rows.select(range(count))
    if not hasattr(rows, "__getitem__"):
        return rows
    with contextlib.suppress(Exception):
        twin = _twin(rows, count)
        if len(twin) == count:
            return twin
    return _part(rows, count)


def _twin(rows: Any, count: int) -> Any:
    """A copy of which everything that has an entry for each row is cut."""
    twin, whole = copy.copy(rows), len(rows)
    for name, held in vars(rows).items():
        if not isinstance(held, (str, bytes, dict)) and hasattr(held, "__len__") and len(held) == whole:
            with contextlib.suppress(TypeError, KeyError):
                setattr(twin, name, held[:count])
    return twin


def _part(rows: Any, count: int) -> Any:
    """A part of it that answers for all else as the whole does."""
    from torch.utils.data import Subset

    class FirstRows(Subset):  # type: ignore[type-arg]
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return getattr(rows, name)

    return FirstRows(rows, range(count))
