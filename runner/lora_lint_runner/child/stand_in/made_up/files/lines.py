"""Files of lines that a script takes apart by itself: columns of a corpus, pairs, paragraphs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from ....context import Run
from ....reading.cells.words import tags_in
from ....reading.example_of import example_of
from ....reading.files.lines import Lines
from .. import rows
from ..cells import kinds
from . import contents, forms, groups, naming

COUNT = 96
GROUP = 6  # lines, then a blank one
TAG = re.compile(r"(^|_)(tag|ner|label|bio|part_\d+)s?$")
LABELS = re.compile(r"label|tag|class", re.I)
NOT_READ_BY_HAND = {"csv", "table", "parquet", "json"}


def lines_of(run: Run, path: str) -> Lines:
    """How the script takes apart the lines of a file."""
    return _known(run, path) or run.hints.lines


def _known(run: Run, path: str) -> Lines | None:
    """The same, where it is known of this very file."""
    name, each = os.path.basename(path), run.hints.lines_of_files
    return each.get(name) or next((each[p] for p in each if fnmatch(name, p)), None)


def _pattern(run: Run, path: str) -> str | None:
    """The regular expression that lines of a file match."""
    name = os.path.basename(path)
    return next((said for file, said in run.hints.line_patterns.lines.items() if fnmatch(name, file)), None)


def _matching(run: Run, pattern: str) -> Iterator[str]:
    """Lines that it matches: where they may hold anything, they hold what else is looked for in them."""
    return (_line(run, pattern, index) for index in range(COUNT * int(run.spec.learned.get("rows", 1))))


def _line(run: Run, pattern: str, index: int) -> str:
    """One of them: in groups that are called as columns of which the cells are known, such cells."""
    inner = [example_of(said, index) or "" for said in run.hints.line_patterns.inner.values()]
    known = [
        column for column in re.compile(pattern).groupindex if (shape := run.hints.columns.get(column)) and shape.values
    ]
    cells = {column: str(contents.cell(run, column, index, None)) for column in known}
    return example_of(pattern, index, " ".join([kinds.text(index), *inner]), cells) or kinds.text(index)


def title(run: Run, path: str, name: str, place: int) -> str:
    """What stands above a sequence, without the mark that it begins with."""
    pattern = _pattern(run, path)
    line = _line(run, pattern, place) if pattern is not None else ""
    return line[1:] if line.startswith(">") else naming.title(run, name, place)


def taken_apart(run: Run, path: str, suffix: str) -> bool:
    """Is a file of this kind read line by line, each in a way of the script's own?"""
    lines = lines_of(run, path)
    if _pattern(run, path) is not None:
        return True
    if (
        suffix in ("csv", "tsv")
        and not lines.table
        and len((_known(run, path) or Lines()).names) < 2
        and (run.hints.read & NOT_READ_BY_HAND or {"csv", "pandas"} & run.hints.roots)
    ):
        return False
    return bool(lines.names) or lines.between != "\n" or _names_tags(run, path)


def _names_tags(run: Run, path: str) -> bool:
    """Does a file list the tags of words?"""
    return _of_words(run) and LABELS.search(os.path.basename(path)) is not None


def _of_words(run: Run) -> bool:
    return any("TokenClassification" in name for name in run.hints.classes)


def text(run: Run, path: str, found: list[dict[str, Any]]) -> str:
    """The text of such a file; `found` are the rows that the script asks for."""
    lines, pattern = lines_of(run, path), _pattern(run, path)
    if pattern is not None:
        return "\n".join(_matching(run, pattern)) + "\n"
    if lines.names:
        first = [(lines.separator or " ").join(lines.names)] if lines.header else []
        return lines.between.join([*first, *_lines(run, lines, os.path.basename(path))]) + "\n"
    if _names_tags(run, path):
        return "\n".join(dict.fromkeys(tags_of(run))) + "\n"
    return lines.between.join("\n".join(str(value) for value in row.values()) for row in found)


def _lines(run: Run, lines: Lines, name: str) -> Iterator[str]:
    separator = " " if lines.separator is None else lines.separator
    tagged = lines.groups and _of_words(run)
    count = COUNT * int(run.spec.learned.get("rows", 1))
    of_tags = [part for part in lines.names[1:] if TAG.search(part)] or lines.names[-1:]  # else the last
    columns = [_tagged(run, part, part in of_tags, count) if tagged else _column(run, lines, part, name, count)
               for part in lines.names]  # fmt: skip
    for index, cells in enumerate(zip(*columns)):
        plain = [cell.replace(separator, " ") if separator.strip() else cell for cell in cells]
        if lines.separator is None:
            plain = [cell.split()[0] for cell in plain]
        yield separator.join(cell.replace("\t", " ") if separator != "\t" else cell for cell in plain)
        if tagged and index % GROUP == GROUP - 1:
            yield ""


def _column(run: Run, lines: Lines, part: str, name: str, count: int) -> list[str]:
    """The cells of one part of all lines."""
    kind = "text" if part.startswith("part_") else None
    cells: list[Any] = [contents.cell(run, part, place, kind) for place in range(count)]
    if part in lines.numbers:
        bounds = [bound for column, bound in lines.bounds if column == part]
        around = [bound + more for bound in bounds for more in (0, 1, -1)] or [0, 1]
        key = lines.names == (part,) or groups.is_key(run.hints, part) or part in run.hints.known_keys
        cells = [place if key else around[place % len(around)] for place in range(count)]
    if groups.grouped(run.hints, part, name):
        cells = groups.together(cells, groups.size(run.hints) * int(run.spec.learned.get("rows", 1)))
    return [str(cell) for cell in cells]


def _tagged(run: Run, part: str, is_tag: bool, count: int) -> list[str]:
    """Words, or their tags."""
    if not is_tag:
        return [kinds.WORDS[index % len(kinds.WORDS)] for index in range(count)]
    tags = tags_of(run)
    return [str(rows.told(run, part, index, tags[index % len(tags)])) for index in range(count)]


def tags_of(run: Run) -> tuple[str, ...]:
    """The tags of words: those that the script names, else usual ones."""
    return tags_in(run.hints.words | run.hints.strings)


def write(run: Run, path: str, found: list[dict[str, Any]]) -> None:
    forms.packed_text(path, text(run, path, found))
