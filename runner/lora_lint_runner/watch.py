"""Keeps an eye on runs: a time limit, and a memory limit over all its processes."""

from __future__ import annotations

import time
from typing import NamedTuple

from lora_lint_runner import process_tree
from lora_lint_runner.children import Child

PAUSE = 0.02


class Ended(NamedTuple):
    """How a run ended. `stopped` is why it was ended from here: "time", "memory", or None."""

    exit: int
    seconds: float
    stopped: str | None
    peak: int


class Watched:
    """A run under limits."""

    def __init__(self, child: Child, seconds: float, bytes_: int) -> None:
        self.child, self._seconds, self._bytes = child, seconds, bytes_
        self._begun = 0.0
        self._looked = 0.0
        self._peak = 0
        self.ended: Ended | None = None

    def look(self) -> Ended | None:
        """How the run ended, None while it goes on. Ends it where a limit is passed."""
        if self.ended is not None:
            return self.ended
        code = self.child.poll()
        if not self._begun and (self.child.pid or code is not None):
            self._begun = time.monotonic()  # a fork waits until its parent is warm: that is not its own time
        now = time.monotonic() - self._begun if self._begun else 0.0
        if code is not None:
            self.ended = Ended(code, now, None, self._peak)
        elif self._seconds and now > self._seconds:
            self._end("time", now)
        elif now - self._looked > 0.2:
            self._looked = now
            used = process_tree.memory(self.child.pid)
            self._peak = max(self._peak, used)
            if self._bytes and used > self._bytes:
                self._end("memory", now)
        return self.ended

    def _end(self, why: str, now: float) -> None:
        self.child.kill()
        self.ended = Ended(-9, now, why, self._peak)
