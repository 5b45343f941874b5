"""Adds suppressions: a `# noqa` comment at the first line of a finding that can carry one."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from lora_lint.correcting import Change, edited
from lora_lint.engine.silence import CODE
from lora_lint.finding import Edit, Finding, Location
from lora_lint.source.magics import without_magics
from lora_lint.source.reading import lines_in
from lora_lint.source.suppressions import suppressions
from lora_lint.source.text import decode


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


def _edits(path: str, data: bytes, findings: list[Finding]) -> Iterator[Edit]:
    lines = lines_in(path, data)
    codes: dict[tuple[int | None, int], list[str]] = {}
    for cell in dict.fromkeys(finding.cell for finding in findings):
        text = "\n".join(lines[cell]) if cell is not None else decode(data).text
        closed = _closed_rows(without_magics(text) if cell is not None else text)
        for finding in findings:
            if finding.cell == cell:
                rows = range(finding.location.row, finding.end_location.row + 1)
                row = next((row for row in rows if row in closed), None)
                if row is not None:
                    codes.setdefault((cell, row), []).append(finding.code)
    for (cell, row), listed in codes.items():
        line = lines[cell][row - 1]
        there = next((s for s in suppressions(line) if not s.own and not s.whole_file and s.names), None)
        if there is not None:  # one comment for all linters, as it stands
            new = [code for code in dict.fromkeys(listed) if code not in there.names]
            end = Location(row, there.end + 1)
            yield Edit(path, "".join(f", {code}" for code in new), end, end, cell)
        else:
            bare = line.rstrip()
            start, end = Location(row, len(bare) + 1), Location(row, len(line) + 1)
            yield Edit(path, f"  # noqa: {', '.join(dict.fromkeys(listed))}", start, end, cell)


def _closed_rows(text: str) -> set[int]:
    """The rows that end outside of a string and without a backslash: those a comment can be put behind."""
    rows = set(range(1, len(re.split(r"\r\n|\r|\n", text)) + 1))
    with_ends = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL):
                with_ends.add(token.start[0])
    except (tokenize.TokenError, SyntaxError):
        return rows
    return with_ends
