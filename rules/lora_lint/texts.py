"""A text on its own: linted, corrected, traced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from lora_lint.engine.session import Analysis, Session
from lora_lint.finding import Finding
from lora_lint.fixes.edited import apply_edits
from lora_lint.fixes.rounds import Rounds, said
from lora_lint.settings.config import Config
from lora_lint.source.keywords import names_peft
from lora_lint.source.syntax import ParseError


def check_source(text: str, filename: str = "x.py", config: Config | None = None) -> list[Finding]:
    """Lints a text on its own. Raises ParseError where it is not Python."""
    if not names_peft(text.encode("utf-8", "surrogatepass")):
        return []
    from lora_lint.source.document import Document

    return Session(config or Config()).check(Document(filename, text))


def analyze_source(
    text: str, filename: str = "x.py", config: Config | None = None, *, states: bool = False
) -> Analysis:
    """Lints a text on its own, and gives the whole lifecycle besides the findings. Raises ParseError."""
    from lora_lint.source.document import Document

    return Session(config or Config()).analyze(Document(filename, text), states=states)


def trace_source(text: str, filename: str = "x.py", config: Config | None = None) -> dict[str, Any]:
    """The life of every model in a text, as plain data (see `lora_lint.engine.trace`). Raises ParseError."""
    return analyze_source(text, filename, config, states=True).trace()


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
    applied: list[Finding] = []
    findings = check_source(text, filename, config)
    rounds = Rounds(findings, unsafe=unsafe, select=select)
    while chosen := rounds.chosen(findings):
        changed = apply_edits(text, [edit for finding in chosen if finding.fix for edit in finding.fix.edits])
        try:
            after = check_source(changed, filename, config)
        except ParseError:
            rounds.broke(chosen)
            continue
        left = set(map(said, after))
        stuck = [finding for finding in chosen if said(finding) in left]
        if stuck and len(after) >= len(findings):
            rounds.refuse(stuck if changed != text else chosen)
            continue
        rounds.held()
        applied += chosen
        text, findings = changed, after
    return FixedSource(text, applied, findings)


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

    return Session(config or Config()).analyze(document_of_cells(filename, cells), states=True).trace()
