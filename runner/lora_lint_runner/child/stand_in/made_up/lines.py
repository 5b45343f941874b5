"""Files of lines that a script takes apart by itself: columns of a corpus, pairs, paragraphs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from ...context import Run
from ...reading.lines import Lines
from . import kinds, rows

COUNT = 96
GROUP = 6  # lines, then a blank one
TAGS = ("B-PER", "I-PER", "O", "B-LOC", "O", "B-ORG", "O")
TAG = re.compile(r"(^|_)(tag|ner|label|bio|part_\d+)s?$")
TAGGED = re.compile(r"^[BIESLU]-\w+$")
NOT_READ_BY_HAND = {"csv", "table", "parquet", "json"}


def taken_apart(run: Run, suffix: str) -> bool:
    """Is a file of this kind read line by line, each in a way of the script's own?"""
    if (
        suffix in ("csv", "tsv")
        and not run.hints.lines.table
        and (run.hints.read & NOT_READ_BY_HAND or {"csv", "pandas"} & run.hints.roots)
    ):
        return False
    lines = run.hints.lines
    return len(lines.names) > 1 or lines.between != "\n"


def text(run: Run, found: list[dict[str, Any]]) -> str:
    """The text of such a file; `found` are the rows that the script asks for."""
    lines = run.hints.lines
    if len(lines.names) > 1:
        first = [(lines.separator or " ").join(lines.names)] if lines.header else []
        return lines.between.join([*first, *_lines(run, lines)]) + "\n"
    return lines.between.join("\n".join(str(value) for value in row.values()) for row in found)


def _lines(run: Run, lines: Lines) -> Iterator[str]:
    separator = " " if lines.separator is None else lines.separator
    tags = _tags(run)
    tagged = lines.groups and any("TokenClassification" in name for name in run.hints.classes)
    for index in range(COUNT * int(run.spec.learned.get("rows", 1))):
        cells = []
        for place, name in enumerate(lines.names):
            if tagged:
                cell: Any = tags[index % len(tags)] if place and TAG.search(name) else _word(index)
            elif name in lines.numbers:
                cell = index % 2
            else:
                shape = run.hints.columns.get(name)
                cell = rows.value(name, index, "text" if name.startswith("part_") else None, shape)
            plain = str(cell).replace(separator, " ") if separator.strip() else str(cell)
            cells.append(plain.split()[0] if lines.separator is None else plain.replace("\t", " "))
        yield separator.join(cells)
        if tagged and index % GROUP == GROUP - 1:
            yield ""


def _word(index: int) -> str:
    return kinds.WORDS[index % len(kinds.WORDS)]


def _tags(run: Run) -> tuple[str, ...]:
    """Those that the script names, else usual ones."""
    named = sorted(word for word in run.hints.words | run.hints.strings if TAGGED.match(word))
    return (*named, "O") if named else TAGS


def write(run: Run, path: str, found: list[dict[str, Any]]) -> None:
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text(run, found))
