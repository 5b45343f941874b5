"""What goes to the log: one line for a fault, and each line once, since a text is linted at every keystroke."""

from __future__ import annotations

import logging
import os
import traceback

FORM = "%(levelname)s %(name)s: %(message)s"


class Once(logging.Filter):
    """Lets each message through once."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        new = message not in self._said
        self._said.add(message)
        return new


def one_line(error: BaseException) -> str:
    """An error with the place where it was raised."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    frames = traceback.extract_tb(error.__traceback__)
    return f"{what} ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else what
