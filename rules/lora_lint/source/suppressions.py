"""`# noqa: LL101`, `# lora-lint: ignore[save-after-merge] reason`, and their file-wide forms.

A suppression counts on any line of the statement that a finding is in. A comment of lora-lint's own that has its line
to itself also counts for the statement below it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from lora_lint.source.text import lines_of

# compiled where they are first used: most files have no suppression
_CODE = r"[A-Za-z]+[0-9]+|[A-Za-z]+(?:-[A-Za-z]+)+"
_FOREIGN = r"(?!LL)[A-Z]+[0-9]+"
_CODES = rf"[ \t]*:[ \t]*(?P<codes>(?:{_CODE})(?:[ \t]*[, \t][ \t]*(?:{_CODE}))*)"
_NOQA = rf"#[ \t]*noqa(?:{_CODES}|(?![ \t]*:)(?!\w))"
_FILE_NOQA = rf"#[ \t]*(?P<tool>lora-lint|flake8|ruff)[ \t]*:[ \t]*noqa(?:{_CODES}|(?![ \t]*:)(?!\w))"
_IGNORE = r"#[ \t]*lora-lint[ \t]*:[ \t]*ignore(?P<file>-file)?\b[ \t]*(?:\[(?P<codes>[^\]]*)\])?[^#]*"


class Suppression(NamedTuple):
    """One comment: the rows it counts for, the rules it names (none: all of them), whether it holds for the file.

    `own` comments are lora-lint's, others may be meant for other linters. It stands at `row`, from `start` up to `end`
    (columns from 0).
    """

    row: int
    start: int
    end: int
    names: tuple[str, ...]
    rows: tuple[int, ...]
    whole_file: bool
    own: bool
    text: str

    @property
    def elsewhere(self) -> bool:
        """Does it name codes of other linters only, as `# noqa: F401` does? Then it says nothing to us."""
        return (
            bool(self.names)
            and not self.own
            and all(re.fullmatch(_FOREIGN, name, re.IGNORECASE) for name in self.names)
        )

    def covering(self, code: str, name: str) -> str | None:
        """The word of the comment that covers a rule: a code, a name, or "" where it covers all; None otherwise."""
        if not self.names:
            return ""
        return next((n for n in self.names if n.upper() == code or n.lower() == name), None)

    def without(self, names: set[str]) -> str:
        """The comment when it no longer names these."""
        kept = ", ".join(name for name in self.names if name not in names)
        start = self.text.index(self.names[0])
        end = self.text.index(self.names[-1], start) + len(self.names[-1])
        return self.text[:start] + kept + self.text[end:]


def suppressions(text: str) -> list[Suppression]:
    """All suppressions of a file, in order."""
    lowered = text.lower()
    if "noqa" not in lowered and "lora-lint" not in lowered:
        return []
    lines = lines_of(text)
    found: list[Suppression] = []
    for row, line in enumerate(lines, 1):
        if "#" in line:
            found += _in_line(line, row, lines)
    comments = _comments(text) if not all(s.elsewhere for s in found) else None  # dearer than a parse
    return [s for s in found if comments is None or any(start <= s.start for start in comments.get(s.row, ()))]


def _in_line(line: str, row: int, lines: list[str]) -> list[Suppression]:
    found = []
    for match in re.finditer(_FILE_NOQA, line, re.IGNORECASE):
        names = _names(match["codes"])
        own = match["tool"].lower() == "lora-lint"
        if own or names:  # a blanket one of another tool is not meant for us
            found.append(Suppression(row, match.start(), match.end(), names, (), True, own, match[0]))
    for match in re.finditer(_IGNORE, line, re.IGNORECASE):
        text = match[0].rstrip()
        rows = (row,) if line[: match.start()].strip() else (row, _next_code(row, lines))
        names = _names(match["codes"])
        end = match.start() + len(text)
        found.append(Suppression(row, match.start(), end, names, rows, match["file"] is not None, True, text))
    for match in re.finditer(_NOQA, line, re.IGNORECASE):
        names = _names(match["codes"])
        found.append(Suppression(row, match.start(), match.end(), names, (row,), False, False, match[0]))
    return found


def _next_code(row: int, lines: list[str]) -> int:
    return next((n for n in range(row + 1, len(lines) + 1) if lines[n - 1].strip()[:1] not in ("", "#")), row)


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\s,]+", listed)) if listed else ()


def _comments(text: str) -> dict[int, list[int]] | None:
    """Where comments begin, by row; None for a text that Python's tokenizer does not get through."""
    import io
    import tokenize

    found: dict[int, list[int]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if token.type == tokenize.COMMENT:
                found.setdefault(token.start[0], []).append(token.start[1])
    except (tokenize.TokenError, SyntaxError):
        return None
    return found
