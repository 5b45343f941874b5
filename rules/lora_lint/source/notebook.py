"""A Jupyter notebook: its code cells as one script, and written back with nothing else changed.

The cells of a notebook run one after the other in one namespace, so they are linted as one text. Magics become `pass`
with the magic as a comment, which keeps every row where it is. Writing replaces the `source` of the changed cells in
the file's own text, so that outputs, metadata and formatting stay as they are, byte for byte.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lora_lint.source.document import Document, Origin
from lora_lint.source.magics import hidden, restored, unindented, without_magics
from lora_lint.source.syntax import is_python
from lora_lint.source.text import Unreadable, lines_of, newline_of

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can spell half of a pair; no parser takes it
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Cell(NamedTuple):
    """A code cell: its number from 1 (all cells count), its text, and where its `source` stands in the file."""

    number: int
    text: str
    start: int
    end: int


# -- reading -----------------------------------------------------------------------------------------------------------


def cells_of(text: str) -> list[Cell]:
    """The Python code cells of a notebook, none where its language is another. Raises Unreadable."""
    try:
        notebook = json.loads(text)
    except ValueError as error:
        row = getattr(error, "lineno", 1)
        raise Unreadable(f"line {row} is not the JSON of a notebook: {getattr(error, 'msg', error)}") from None
    except RecursionError:
        raise Unreadable("its JSON is nested too deeply for a notebook") from None
    listed = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(listed, list):
        raise Unreadable("no notebook of format 4: it has no list of cells")
    if _language(notebook) != "python":
        return []
    spans = dict(_sources(text))
    found = []
    for index, cell in enumerate(listed):
        source = cell.get("source") if isinstance(cell, dict) and cell.get("cell_type") == "code" else None
        if isinstance(source, (str, list)) and index in spans:
            found.append(Cell(index + 1, "".join(map(str, source)), *spans[index]))
    return found


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        language = found.get(key) if isinstance(found, dict) else None
        if isinstance(language, str):
            return "python" if language.lower() in ("python", "ipython") else language
    return "python"


def _sources(text: str) -> Iterator[tuple[int, tuple[int, int]]]:
    """Where the value of `source` stands, for every cell, by its index."""
    path: list[str | int] = []  # the keys and indexes that lead to the value that comes next
    opened: list[str] = []
    key: str | None = None
    begun = 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        wanted = len(path) == 3 and path[0] == "cells" and path[2] == "source"
        if token in "[{":
            if wanted:
                begun = match.start()
            opened.append(token)
            path.append(0 if token == "[" else "")
        elif token in "]}":
            opened.pop()
            path.pop()
            if len(path) == 3 and path[0] == "cells" and path[2] == "source" and isinstance(path[1], int):
                yield path[1], (begun, match.end())
        elif token == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
            key = None
        elif token == ":":
            path[-1] = json.loads(key) if key is not None else ""
        elif opened and opened[-1] == "{" and path[-1] == "":
            key = token
        elif wanted and isinstance(path[1], int):
            yield path[1], (match.start(), match.end())


def document_of(filename: str, text: str) -> Document:
    """A notebook's code cells as one script. Raises Unreadable."""
    return _joined(filename, [(cell.number, cell.text) for cell in cells_of(text)])


def document_of_cells(filename: str, cells: Mapping[int, str]) -> Document:
    """The texts of code cells, by number, as one script."""
    return _joined(filename, sorted(cells.items()))


def _joined(filename: str, cells: Sequence[tuple[int, str]]) -> Document:
    parts: list[str] = []
    origins: list[Origin] = []
    left_out: list[int] = []
    for number, text in cells:
        given = lines_of(text)
        text, indent = unindented("\n".join(given))
        python = without_magics(text)
        if not is_python(python):  # one broken cell does not keep the others from being linted
            left_out.append(number)
            python = _SURROGATE.sub("\ufffd", hidden(text))
        # a line of its own between cells: what is inserted behind a cell's last line has a place in that cell
        lines = [*lines_of(python), ""]
        parts += lines
        shifts = [len(indent) if line.startswith(indent) else 0 for line in (*given, "")]
        origins += [Origin(number, row, shift) for row, shift in enumerate(shifts, 1)]
    newline = newline_of("".join(text for _, text in cells))
    return Document(filename, newline.join(parts), origins, restored, tuple(left_out))


# -- writing -----------------------------------------------------------------------------------------------------------


def with_cells(text: str, changed: Mapping[int, str]) -> str:
    """The text of a notebook in which the code cells of these numbers have other source; all else stays as it is."""
    for cell in reversed(cells_of(text)):
        new = changed.get(cell.number)
        if new is not None and new != cell.text:
            source = _encoded(text[cell.start : cell.end], new, ascii_only=text.isascii())
            text = text[: cell.start] + source + text[cell.end :]
    return text


def _encoded(raw: str, new: str, *, ascii_only: bool) -> str:
    """New source as JSON, in the form of the old: one string, or a list whose unchanged lines stay as written."""

    def dump(line: str) -> str:
        return json.dumps(line, ensure_ascii=ascii_only)

    if not raw.startswith("["):
        return dump(new)
    strings = [match for match in _TOKEN.finditer(raw) if match[0].startswith('"')]
    old = [json.loads(match[0]) for match in strings]
    lines = _LINE.findall(new)
    written = [dump(line) for line in lines]
    for block in difflib.SequenceMatcher(None, old, lines, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            written[block.b + offset] = strings[block.a + offset][0]
    if not strings:
        return f"[{', '.join(written)}]"
    first, last = raw[: strings[0].start()], raw[strings[-1].end() :]
    between = raw[strings[0].end() : strings[1].start()] if len(strings) > 1 else f",{first[1:] or ' '}"
    return first + between.join(written) + last if written else "[]"
