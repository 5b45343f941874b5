"""Adds suppressions: a `# noqa` comment at the first line of a finding that can carry one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lora_lint.correcting import Change, edited
from lora_lint.engine.silence import CODE
from lora_lint.finding import Edit, Finding, Location
from lora_lint.source.comments import Comments
from lora_lint.source.document import Document
from lora_lint.source.reading import documents_in
from lora_lint.source.rewriting import appended, with_more
from lora_lint.source.suppressions import suppressions_in


def suppress(findings: Iterable[Finding]) -> Iterator[tuple[Change, int]]:
    """For each file with findings: its new content, and how many comments are new or longer. Raises OSError."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code != CODE:
            files.setdefault(finding.filename, []).append(finding)
    for path, its_findings in files.items():
        with open(path, "rb") as file:
            data = file.read()
        edits = list(_edits(path, data, its_findings))
        if edits:
            yield Change(path, data, edited(path, data, edits)), len(edits)


def _edits(path: str, data: bytes, findings: Iterable[Finding]) -> Iterator[Edit]:
    for document in documents_in(path, data):
        comments = Comments(document.text)
        codes: dict[int, list[str]] = {}
        for finding in findings:
            row = _row(document, comments, finding)
            if row is not None:
                codes.setdefault(row, []).append(finding.code)
        there = {s.row: s for s in suppressions_in(comments) if s.verb == "noqa" and not s.whole_file and s.words}
        for row, listed in codes.items():
            if row in there:  # one comment for all linters, as it stands
                rewriting = with_more(there[row], listed)
            else:
                rewriting = appended(row, comments.lines[row - 1], f"# noqa: {', '.join(dict.fromkeys(listed))}")
            if rewriting is not None:
                cell, start, end = document.span(rewriting.start, rewriting.end)
                yield Edit(path, rewriting.text, Location(*start), Location(*end), cell)


def _row(document: Document, comments: Comments, finding: Finding) -> int | None:
    """The first row of a finding that can end in a comment, in the text that is linted."""
    rows = document.rows(finding.cell, finding.location.row, finding.end_location.row)
    return next((row for row in rows if comments.can_end(row)), None)
