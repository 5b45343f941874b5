"""What could not be linted, and why, in one line for people."""

from __future__ import annotations

import os
from typing import NamedTuple

from lora_lint.source.suffixes import MARKDOWN, NOTEBOOK


class Problem(NamedTuple):
    """A file that could not be linted, or with `fatal` false only in part: `message` says why in one line.

    `internal` where that is a fault of lora-lint's own; `found` is false where there was no file to begin with.
    """

    filename: str
    message: str
    row: int | None = None
    fatal: bool = True
    internal: bool = False
    found: bool = True

    @property
    def grave(self) -> bool:
        """Does it leave a file without its findings? Then a run that finds nothing is no success."""
        return self.fatal or self.internal


def unread(path: str, error: OSError) -> str:
    """Why a file could not be read, for people."""
    if isinstance(error, FileNotFoundError):
        return "a symbolic link that leads nowhere" if os.path.islink(path) else "no such file or folder"
    return f"cannot be read: {error.strerror or error}"


def internal(error: Exception) -> str:
    """What is said of a fault of lora-lint's own."""
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return f"internal error, please report it: {what} (LORA_LINT_DEBUG=1 shows where)"


def complaint(path: str, data: bytes) -> tuple[str, int | None] | None:
    """Why a file that names nothing of PEFT cannot be linted, and the row of it; None where it can.

    Python's own parser comes first, since it is quick; what it rejects may still be the syntax of a later release.
    """
    from lora_lint.source.syntax import is_python
    from lora_lint.source.text import Unreadable, decode

    try:
        text = decode(data).text
        if path.endswith(NOTEBOOK):
            from lora_lint.source.notebook import cells_of

            cells_of(text)
            return None
    except Unreadable as error:
        return str(error), None
    if path.endswith(MARKDOWN) or is_python(text):
        return None
    from lora_lint.source.syntax import ParseError, parse

    try:
        parse(text)
    except ParseError as error:
        return str(error), error.row
    return None
