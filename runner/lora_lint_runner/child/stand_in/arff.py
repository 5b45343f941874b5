"""Tables in files of ARFF, Weka's form: their attributes, each of numbers or of some words, and rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

UNKNOWN = "?"
ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s+(.+)""", re.I)
MARKS = re.compile(r"['\"\\\s{}%]+")  # that would end a word
CELL = re.compile(r"""'[^']*'|"[^"]*"|[^,\s][^,]*""")
NUMBERS = ("numeric", "real", "integer")


class Attribute(NamedTuple):
    """A column: what it is called, what its cells are, and the words that they may be, where these are told."""

    name: str
    kind: str
    words: tuple[str, ...] = ()

    def cell(self, text: str) -> Any:
        """What a text stands for, None for what is not known."""
        if text == UNKNOWN:
            return None
        return float(text) if self.kind in NUMBERS else text


def text(rows: list[dict[str, Any]]) -> str:
    """The file that holds some rows. All texts are words that are told: scipy (1.17) reads no others."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    numbers = {n for n, cells in columns.items() if all(c is None or type(c) in (int, float) for c in cells)}
    written = {n: [_written(c) if c is None or n in numbers else _word(c) for c in columns[n]] for n in names}
    lines = ["@relation made_up"]
    for name, cells in written.items():
        words = ",".join(dict.fromkeys(cell for cell in cells if cell != UNKNOWN))
        called = name if re.fullmatch(r"[\w.-]+", name) else f"'{name}'"  # scipy takes the marks into the name
        lines.append(f"@attribute {called} " + ("numeric" if name in numbers else f"{{{words}}}"))
    return "\n".join([*lines, "@data", *map(",".join, zip(*written.values()))]) + "\n"


def _written(cell: Any) -> str:
    return UNKNOWN if cell is None else str(cell)


def _word(cell: Any) -> str:
    plain = MARKS.sub(" ", str(cell)).encode("ascii", "ignore").decode().strip()
    return f"'{plain}'"


def parse(lines: Iterable[str]) -> tuple[list[Attribute], list[list[Any]]]:
    """The attributes of such a file, and its rows."""
    attributes: list[Attribute] = []
    stream = (line.strip() for line in lines)
    for line in stream:
        found = ATTRIBUTE.match(line)
        if found is not None:
            attributes.append(_attribute(found.group(1).strip("'\""), found.group(2).strip()))
        elif line.lower().startswith("@data"):
            break
    rows = [_cells(line) for line in stream if line and not line.startswith("%")]
    return attributes, [[each.cell(cell) for each, cell in zip(attributes, row)] for row in rows]


def _attribute(name: str, kind: str) -> Attribute:
    if not kind.startswith("{"):
        return Attribute(name, kind.split()[0].lower())
    return Attribute(name, "nominal", tuple(_cells(kind.strip("{} "))))


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("'\"") for cell in CELL.findall(line)]
