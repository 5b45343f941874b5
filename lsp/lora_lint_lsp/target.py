"""What is to be linted, and what comes of it: the words that the server and its analysis process share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from lora_lint import Finding

Trace = dict[str, Any]


class Target(NamedTuple):
    """What is to be linted: a file as the editor has it, a buffer that was never saved, or a notebook's code cells.

    `name` is the absolute path, or the URI where there is no file. Cells have numbers from 1, as people count them:
    those of text count, too.
    """

    name: str
    text: str | None = None
    cells: Mapping[int, str] | None = None
    on_disk: bool = True

    def text_of(self, cell: int | None) -> str:
        """The text of a cell, or of the file."""
        return (self.text or "") if self.cells is None or cell is None else self.cells.get(cell, "")

    def with_texts(self, texts: Mapping[int | None, str]) -> Target:
        """The same with other texts: by cell, or of the file (under None)."""
        if self.cells is None:
            return self._replace(text=texts[None])
        return self._replace(cells={number: texts.get(number, text) for number, text in self.cells.items()})

    def as_file(self) -> str | None:
        """What the file holds, as the editor has it; None where the editor doesn't have it."""
        if self.cells is None:
            return self.text
        blank = {"cell_type": "markdown", "source": ""}
        cells: list[dict[str, str]] = [blank] * max(self.cells, default=0)
        for number, source in self.cells.items():
            cells[number - 1] = {"cell_type": "code", "source": source}
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


class Trouble(NamedTuple):
    """Why a text could not be linted, in one line; `row` where that is known."""

    message: str
    row: int | None = None


class ConfigTrouble(NamedTuple):
    """A config file that cannot be used, and where in it."""

    path: str
    message: str
    row: int


class Checked(NamedTuple):
    """The outcome of a lint: findings, or the trouble that kept it from happening."""

    findings: tuple[Finding, ...]
    trouble: Trouble | None = None
    config_trouble: ConfigTrouble | None = None
