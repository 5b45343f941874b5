"""Messages that answer others, as in OpenAssistant's data sets: every second one the message before it, the others open
a thread and answer none."""

from __future__ import annotations

import re
from typing import Any

ANSWERED = re.compile(r"^(parent|(in_)?repl(y|ied)_to)(_(id|message_id|message))?$")
OWN = ("message_id", "id", "post_id", "comment_id")


def tie(columns: dict[str, list[Any]]) -> None:
    """Fills the columns that say which message one answers, where another has its id."""
    own = next((column for column in OWN if column in columns), None)
    if own is None:
        return
    for column in filter(ANSWERED.match, columns):
        columns[column][:] = [columns[own][place - 1] if place % 2 else None for place in range(len(columns[own]))]
