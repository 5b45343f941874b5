"""`# noqa: LL101`, `# lora-lint: ignore[save-after-merge] reason`, and their file-wide forms.

A suppression counts on any line of the statement that a finding is in. A comment of lora-lint's own that has its line
to itself also counts for the statement below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lora_lint.silencing.comments import Comments
from lora_lint.source.text import lines_of

# compiled where they are first used: most files have no suppression
_CODE = r"(?:[A-Za-z]+[0-9]+|[A-Za-z]+(?:-[A-Za-z]+)+)"
_AND = r"[ \t]*[, \t][ \t]*"
_CODES = rf"{_CODE}(?:{_AND}{_CODE})*"
_NOQA = (
    r"#[ \t]*(?:(?P<tool>lora-lint|flake8|ruff)[ \t]*:[ \t]*)?(?P<verb>noqa)"
    rf"(?:[ \t]*:[ \t]*(?P<codes>{_CODES})|(?![ \t]*:)(?!\w))"
)
_OURS = r"#[ \t]*(?P<tool>lora-lint)[ \t]*:[ \t]*(?P<verb>[a-z]+(?:-[a-z]+)*)(?![\w-])"
# brackets may be left out where nothing but rules follows, or where their codes do: the rest is a reason
_LISTED = rf"[ \t]*(?:\[(?P<codes>[^\]]*)\]|[:=]?[ \t]*(?P<bare>{_CODES}[ \t]*(?=#|$)|LL[0-9]+\b(?:{_AND}LL[0-9]+\b)*))"
_FOREIGN = r"(?!LL)[A-Z]+[0-9]+"

# what other linters call it
MISTAKEN = frozenset(
    {"allow", "disable", "disable-file", "disable-line", "disable-next", "disable-next-line", "ignore-line"}
    | {"ignore-next", "ignore-next-line", "nolint", "off", "silence", "skip", "skip-file", "suppress"}
)


class Word(NamedTuple):
    """A rule as a comment names it; columns from 0."""

    text: str
    start: int
    end: int


class Suppression(NamedTuple):
    """One comment: the rows it counts for, the rules it names (none: all of them), whether it holds for the file.

    It stands at `row`, from `start` up to `end` (columns from 0), its reason included. `own` comments are lora-lint's,
    others may be meant for other linters. One whose `verb` is among MISTAKEN suppresses nothing, nor does one with
    `empty` brackets.
    """

    row: int
    start: int
    end: int
    verb: str
    words: tuple[Word, ...]
    rows: tuple[int, ...]
    whole_file: bool
    own: bool
    empty: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)

    @property
    def mistaken(self) -> bool:
        return self.verb in MISTAKEN

    @property
    def elsewhere(self) -> bool:
        """Does it name codes of other linters only, as `# noqa: F401` does? Then it says nothing to us."""
        return (
            bool(self.words)
            and not self.own
            and all(re.fullmatch(_FOREIGN, name, re.IGNORECASE) for name in self.names)
        )

    def covering(self, code: str, name: str) -> str | None:
        """The word of the comment that covers a rule: a code, a name, or "" where it covers all; None otherwise."""
        if self.mistaken or self.empty:
            return None
        if not self.words:
            return ""
        return next((n for n in self.names if n.upper() == code or n.lower() == name), None)


def suppressions(text: str) -> list[Suppression]:
    """The suppressions of a file that say anything to lora-lint, in order."""
    lowered = text.lower()
    if "noqa" not in lowered and "lora-lint" not in lowered:
        return []
    lines = lines_of(text)
    looks = (s for row, line in enumerate(lines, 1) if "#" in line for s in _in(lines, row, line.index("#"), len(line)))
    if all(suppression.elsewhere for suppression in looks):  # the tokenizer is dearer than a parse
        return []
    return [suppression for suppression in suppressions_in(Comments(text)) if not suppression.elsewhere]


def suppressions_in(comments: Comments) -> Iterator[Suppression]:
    """All suppressions among comments, in order, other linters' too."""
    for row in range(1, len(comments.lines) + 1):
        span = comments.span(row)
        if span is not None:
            yield from _in(comments.lines, row, *span)


def _in(lines: list[str], row: int, start: int, end: int) -> Iterator[Suppression]:
    """What a comment suppresses; several hashes in it may begin as many suppressions."""
    line = lines[row - 1][:end]
    at = start
    while at >= 0:
        following = line.find("#", at + 1)
        part = line[: following if following >= 0 else end].rstrip()
        found = _read(part, at, lines, row)
        if found is not None:
            yield found
        at = following


def _read(part: str, start: int, lines: list[str], row: int) -> Suppression | None:
    """The suppression that begins at a hash, in a line that is cut off where it ends."""
    match = re.compile(_NOQA, re.IGNORECASE).match(part, start)
    if match is not None:
        own = (match["tool"] or "").lower() == "lora-lint"
        words = _words(part, *match.span("codes"))
        if match["tool"] and not own and not words:
            return None  # a blanket one of another tool is not meant for us
        return Suppression(row, start, len(part), "noqa", words, (row,), bool(match["tool"]), own)
    match = re.compile(_OURS, re.IGNORECASE).match(part, start)
    if match is None:
        return None
    verb = match["verb"].lower()
    if verb not in MISTAKEN and verb not in ("ignore", "ignore-file"):
        return None
    listed = re.compile(_LISTED, re.IGNORECASE).match(part, match.end())
    words = _words(part, *listed.span("codes" if listed["codes"] is not None else "bare")) if listed else ()
    rows = (row,) if part[:start].strip() else (row, _next_code(row, lines))
    empty = listed is not None and not words
    return Suppression(row, start, len(part), verb, words, rows, verb == "ignore-file", True, empty)


def _next_code(row: int, lines: list[str]) -> int:
    return next((n for n in range(row + 1, len(lines) + 1) if lines[n - 1].strip()[:1] not in ("", "#")), row)


def _words(line: str, start: int, end: int) -> tuple[Word, ...]:
    return tuple(
        Word(m[0], m.start(), m.end()) for m in re.compile(r"[^\s,]+").finditer(line, max(start, 0), max(end, 0))
    )
