"""Silences a finding in a text that is being edited: `# lora-lint: ignore[...]` on its line, or for the file."""

from __future__ import annotations

from lora_lint.finding import Edit, Finding, Location
from lora_lint.silencing.comments import Comments
from lora_lint.silencing.rewriting import Rewriting, appended, on_top, with_more
from lora_lint.silencing.suppressions import Word, suppressions_in
from lora_lint.source.document import Document
from lora_lint.source.magics import begins_with_magic
from lora_lint.source.notebook import document_of_cells
from lora_lint.source.text import newline_of


def ignore_here(text: str, finding: Finding) -> Edit | None:
    """The edit that silences a finding on the first of its lines that can end in a comment; None where none can.

    `text` is that of the file, or of the notebook's cell that the finding is in.
    """
    document, comments = _read(text, finding.filename, finding.cell)
    known = {s.row: s for s in suppressions_in(comments) if s.verb == "ignore" and s.words}
    for row in document.rows(finding.cell, finding.location.row, finding.end_location.row):
        if row in known:
            return _edit(document, with_more(known[row], [finding.name]))
        if comments.can_end(row):
            comment = f"# lora-lint: ignore[{finding.name}]"
            return _edit(document, appended(row, comments.lines[row - 1], comment))
    return None


def ignore_in_file(text: str, finding: Finding, cell: int | None = None) -> Edit | None:
    """The edit that silences the rule of a finding in a file: in the comment that is there, or in a new one on top.

    `text` is that of the file, or of a cell of the notebook; None where no comment can stand on top of that.
    """
    if cell is not None and begins_with_magic(text):
        return None
    document, comments = _read(text, finding.filename, cell)
    known = next((s for s in suppressions_in(comments) if s.verb == "ignore-file" and s.words), None)
    if known is not None:
        return _edit(document, with_more(known, [finding.name]))
    comment = f"# lora-lint: ignore-file[{finding.name}]"
    return _edit(document, on_top(comments, comment, newline_of(text)))


def rules_named(text: str, row: int, cell: int | None = None) -> list[Word]:
    """The rules that suppressions in a row of a file, or of a notebook's cell, name; columns from 0."""
    _, comments = _read(text, "", cell)
    return [word for comment in suppressions_in(comments) if comment.row == row for word in comment.words]


def _read(text: str, filename: str, cell: int | None) -> tuple[Document, Comments]:
    document = Document(filename, text) if cell is None else document_of_cells(filename, {cell: text})
    return document, Comments(document.text)


def _edit(document: Document, rewriting: Rewriting | None) -> Edit | None:
    if rewriting is None:
        return None
    cell, start, end = document.span(rewriting.start, rewriting.end)
    return Edit(document.filename, rewriting.text, Location(*start), Location(*end), cell)
