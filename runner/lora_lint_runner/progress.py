"""How far many runs have come, on standard error: one line that changes on a terminal, a line a script elsewhere."""

from __future__ import annotations

import os
import sys

SIDES = {"before": "as written", "after": "corrected", "other": "corrected, on another way"}


class Progress:
    """Counts scripts. Says nothing of a single one but on a terminal."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._lines = os.environ.get("LORA_LINT_PROGRESS") == "lines"  # whoever reads this is a program
        self._terminal = sys.stderr.isatty() and not self._lines

    def began(self, name: str, side: str) -> None:
        """A script's run has begun, as written or corrected."""
        text = f"{name} {SIDES[side]}"
        if self._lines:
            print(text, file=sys.stderr, flush=True)
        elif self._terminal:
            count = f"{self.done} of {self.total} done, " if self.total > 1 else ""
            self._show(f"{count}running {text} ...")

    def ended(self, name: str, word: str) -> None:
        """A script has its verdict."""
        self.done += 1
        if self.total > 1 and not self._terminal and not self._lines:
            print(f"{self.done}/{self.total} {word}: {name}", file=sys.stderr, flush=True)

    def over(self) -> None:
        """Leaves a clean line."""
        if self._terminal:
            self._show("")

    def _show(self, text: str) -> None:
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
