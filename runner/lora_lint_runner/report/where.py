"""Where something stands, as people say it: a line of the script, of a cell, or of another file."""

from __future__ import annotations

import os

from lora_lint_runner.outcome import Outcome


def where(outcome: Outcome, filename: str, cell: int | None, row: int) -> str:
    """`line 8`, `cell 7, line 2`, or `pkg/io.py:8` where that is another file than the script."""
    if cell is not None:
        return f"cell {cell}, line {row}"
    if os.path.abspath(filename) == os.path.abspath(outcome.script):
        return f"line {row}"
    shown = os.path.relpath(filename)
    return f"{filename if shown.startswith(os.pardir) else shown}:{row}"
