"""Comments that silence a rule: where one can stand, and how it joins one that stands there already."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from typing import NamedTuple

from lora_lint import Finding

OWN = re.compile(r"#\s*lora-lint\s*:\s*ignore\s*\[(?P<names>[^\]]*)\]")
OWN_FILE = re.compile(r"#\s*lora-lint\s*:\s*ignore-file\s*\[(?P<names>[^\]]*)\]")
CODING = re.compile(r"[ \t\f]*#.*?coding[:=]")


class Insertion(NamedTuple):
    """Text to put at a row and column, both from 1."""

    row: int
    column: int
    text: str


def on_line(text: str, lines: Sequence[str], finding: Finding) -> Insertion | None:
    """A comment that silences a finding, on the first of its lines that can end in one."""
    closed = rows_without_comment(text)
    for row in range(finding.location.row, finding.end_location.row + 1):
        line = lines[row - 1].rstrip("\r\n") if row <= len(lines) else ""
        known = OWN.search(line)
        if known is not None:
            return _joined(row, known, finding.name)
        if row not in closed:
            gap = "" if not line else "  " if not line.endswith(" ") else " "
            return Insertion(row, len(line) + 1, f"{gap}# lora-lint: ignore[{finding.name}]")
    return None


def in_file(lines: Sequence[str], finding: Finding) -> Insertion:
    """A comment that silences a rule in the whole file: joined to one that is there, else on top of the code."""
    for row, line in enumerate(lines, 1):
        known = OWN_FILE.search(line)
        if known is not None:
            return _joined(row, known, finding.name)
    row = 1
    while row <= min(2, len(lines)) and (lines[row - 1].startswith("#!") or CODING.match(lines[row - 1])):
        row += 1
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    return Insertion(row, 1, f"# lora-lint: ignore-file[{finding.name}]{ending}")


def rows_without_comment(text: str) -> set[int]:
    """Rows that cannot end in a comment: they end inside a string, or go on behind a backslash."""
    closed: set[int] = set()
    inside = 0
    last = (1, 0)
    starts, ends = _string_parts()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type in (tokenize.NEWLINE, tokenize.NL):
                last = (token.end[0] + 1, 0)
                continue
            if token.start[0] > last[0] and not inside and last[1]:
                closed |= set(range(last[0], token.start[0]))  # no newline token between: a backslash
            if token.type == tokenize.STRING or inside:
                closed |= set(range(token.start[0], token.end[0]))
            inside += (token.type in starts) - (token.type in ends)
            last = token.end
    except (tokenize.TokenError, SyntaxError, IndentationError):
        pass
    return closed


def _string_parts() -> tuple[set[int], set[int]]:
    """The tokens that f-strings begin and end with, where the interpreter has them (3.12 and later)."""
    starts = {getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
    ends = {getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name)}
    return starts, ends


def _joined(row: int, known: re.Match[str], name: str) -> Insertion:
    names = known["names"].strip()
    return Insertion(row, known.end("names") + 1, f", {name}" if names else name)
