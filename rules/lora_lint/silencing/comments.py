"""The comments of a text that is linted: where each stands, and which rows can end in one."""

from __future__ import annotations

import io
import tokenize

from lora_lint.source.magics import shown
from lora_lint.source.text import lines_of


class Comments:
    """What Python's tokenizer says of a text; a hash in a string is no comment. Columns are from 0.

    Lines that stand in for a notebook's magics have no comments: what they hide is no Python of the notebook.
    """

    def __init__(self, text: str) -> None:
        self.lines = [shown(line) for line in lines_of(text)]
        self._starts: dict[int, int] = {}
        # rows with a token that ends a line: neither in a string nor before a backslash
        self._closing: set[int] = set()
        self._seen = len(self.lines)  # rows behind are not known: the tokenizer gave up
        row = 0
        try:
            for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
                row = token.end[0]
                if token.type == tokenize.COMMENT:
                    self._starts[token.start[0]] = token.start[1]
                elif token.type in (tokenize.NEWLINE, tokenize.NL):
                    self._closing.add(token.start[0])
        except (tokenize.TokenError, SyntaxError):
            self._seen = row

    def span(self, row: int) -> tuple[int, int] | None:
        """Where the comment of a row starts and ends."""
        line = self.lines[row - 1].rstrip()
        start = self._starts.get(row, -1) if row <= self._seen else line.find("#")
        return (start, len(line)) if 0 <= start < len(line) else None

    def can_end(self, row: int) -> bool:
        """Can a row end in a comment?"""
        return row in self._closing or row > self._seen
