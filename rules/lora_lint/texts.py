"""A text on its own, or the cells of a notebook: linted, corrected, traced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from lora_lint.engine.session import Analysis, Session
from lora_lint.finding import Edit, Finding
from lora_lint.fixes.applying.held import edited_texts
from lora_lint.fixes.applying.rounds import Rounds
from lora_lint.settings.config import Config
from lora_lint.source.keywords import names_peft
from lora_lint.source.syntax import ParseError

Key = TypeVar("Key", bound="int | None")


def check_source(text: str, filename: str = "x.py", config: Config | None = None) -> list[Finding]:
    """Lints a text on its own. Raises ParseError where it is not Python.

    One that names nothing of PEFT has no findings, Python or not: it is not parsed.
    """
    if not names_peft(text.encode("utf-8", "surrogatepass")):
        return []
    from lora_lint.source.document import Document

    return Session(config or Config()).check(Document(filename, text))


def analyze_source(text: str, filename: str = "x.py", config: Config | None = None) -> Analysis:
    """Lints a text on its own, and gives the whole lifecycle besides the findings. Raises ParseError."""
    from lora_lint.source.document import Document

    return Session(config or Config()).analyze(Document(filename, text))


def trace_source(text: str, filename: str = "x.py", config: Config | None = None) -> dict[str, Any]:
    """The life of every model in a text, as plain data (see `lora_lint.engine.trace`). Raises ParseError."""
    from lora_lint.source.document import Document

    return Session(config or Config()).trace(Document(filename, text))


class FixedSource(NamedTuple):
    """A corrected text, the findings that were corrected on the way, and those that remain."""

    text: str
    applied: list[Finding]
    remaining: list[Finding]


def fix_source(
    text: str,
    filename: str = "x.py",
    config: Config | None = None,
    *,
    unsafe: bool = False,
    select: Callable[[Finding], bool] | None = None,
) -> FixedSource:
    """Corrects a text: applies fixes and lints again until none is left. Raises ParseError.

    `unsafe` adds the fixes that may change what worked before; `select` says which findings to correct.
    """
    own = _Own({None: text}, lambda texts: check_source(texts[None], filename, config))
    rounds = Rounds(check_source(text, filename, config), unsafe=unsafe, select=select)
    rounds.run(own)
    return FixedSource(own.texts[None], rounds.applied, rounds.findings)


def check_notebook(cells: Mapping[int, str], filename: str, config: Config | None = None) -> list[Finding]:
    """Lints the code cells of a notebook, by number, as one script; rows count in each finding's `cell`.

    Raises ParseError.
    """
    from lora_lint.source.notebook import document_of_cells

    return Session(config or Config()).check(document_of_cells(filename, cells))


def trace_notebook(cells: Mapping[int, str], filename: str, config: Config | None = None) -> dict[str, Any]:
    """The trace of a notebook's code cells, by number; every place in it counts rows in its `cell`.

    Raises ParseError.
    """
    from lora_lint.source.notebook import document_of_cells

    return Session(config or Config()).trace(document_of_cells(filename, cells))


class FixedNotebook(NamedTuple):
    """The corrected texts of a notebook's code cells, by number, what was corrected, and what remains."""

    cells: dict[int, str]
    applied: list[Finding]
    remaining: list[Finding]


def fix_notebook(
    cells: Mapping[int, str],
    filename: str,
    config: Config | None = None,
    *,
    unsafe: bool = False,
    select: Callable[[Finding], bool] | None = None,
) -> FixedNotebook:
    """Corrects the code cells of a notebook, by number, as `fix_source` does a text. Raises ParseError."""
    from lora_lint.source.notebook import document_of_cells

    left_out = document_of_cells(filename, cells).left_out

    def check(texts: Mapping[int, str]) -> list[Finding] | None:
        document = document_of_cells(filename, texts)
        return Session(config or Config()).check(document) if document.left_out == left_out else None

    own = _Own(dict(cells), check)
    rounds = Rounds(check_notebook(cells, filename, config), unsafe=unsafe, select=select)
    rounds.run(own)
    return FixedNotebook(own.texts, rounds.applied, rounds.findings)


class _Own(Generic[Key]):
    """Texts of one script under correction: by the number of the cell, of what has no cells under None."""

    def __init__(self, texts: dict[Key, str], check: Callable[[dict[Key, str]], list[Finding] | None]) -> None:
        self.texts = self._before = texts
        self._check = check

    def edit(self, edits: Mapping[str, list[Edit]]) -> None:
        self._before = self.texts
        for its in edits.values():
            self.texts = edited_texts(self.texts, its)

    def take_back(self) -> None:
        self.texts = self._before

    def found(self) -> list[Finding] | None:
        try:
            return self._check(self.texts)
        except ParseError:
            return None
