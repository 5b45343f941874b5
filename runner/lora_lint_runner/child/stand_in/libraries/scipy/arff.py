"""`scipy.io.arff`: a table of ARFF as an array of records, and what is told of its columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...arff import Attribute, parse


class MetaData:
    """The columns, each with its kind and the words that it may have."""

    def __init__(self, rel: str, attr: list[Attribute]) -> None:
        self.name, self._attributes = rel, {each.name: each for each in attr}

    def __iter__(self) -> Iterator[str]:
        return iter(self._attributes)

    def __getitem__(self, key: str) -> tuple[str, tuple[str, ...] | None]:
        found = self._attributes[key]
        return found.kind, found.words or None

    def names(self) -> list[str]:
        return list(self._attributes)

    def types(self) -> list[str]:
        return [each.kind for each in self._attributes.values()]


def loadarff(f: Any) -> tuple[Any, MetaData]:
    """Words are bytes there, and what is not known is one of them, or no number (scipy 1.17)."""
    import numpy

    if hasattr(f, "read"):
        attributes, rows = parse(f)
    else:
        with open(f, encoding="utf-8") as file:
            attributes, rows = parse(file)
    widths = {each.name: max(map(len, each.words), default=1) for each in attributes}
    kinds = [(each.name, f"S{widths[each.name]}" if each.kind == "nominal" else "f8") for each in attributes]
    empty = [b"?" if each.kind == "nominal" else float("nan") for each in attributes]
    cells = [tuple(e if cell is None else cell for cell, e in zip(row, empty)) for row in rows]
    return numpy.array(cells, dtype=kinds), MetaData("", attributes)


HOMES: dict[str, dict[str, Any]] = {"io.arff": {"loadarff": loadarff, "MetaData": MetaData}}
