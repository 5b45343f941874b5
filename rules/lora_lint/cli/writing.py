"""Writes a change into its file."""

from __future__ import annotations

import lora_lint
from lora_lint import Change, Problem, Unwritten


def write(change: Change) -> Problem | None:
    """Puts the new text in place of the old one; says why where that cannot be."""
    try:
        lora_lint.replace(change.path, change.before, change.after)
    except Unwritten as error:
        return Problem(change.path, str(error))
    return None
