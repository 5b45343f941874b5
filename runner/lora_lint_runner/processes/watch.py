"""Keeps an eye on runs: limits of time, of memory over all processes, and of what is written."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from lora_lint_runner.options import Limits
from lora_lint_runner.processes import hung, process_tree
from lora_lint_runner.processes.children import Child

PAUSE = 0.02
MEMORY_EVERY, DISK_EVERY = 0.2, 1.0  # seconds


class Ended(NamedTuple):
    """How a run ended. `stopped` is why it was ended from here: "time", "memory", "disk", or None."""

    exit: int
    seconds: float
    stopped: str | None
    peak: int


class Watched:
    """A run under limits. `box` is the folder that it can write to."""

    def __init__(self, child: Child, limits: Limits, box: Path) -> None:
        self.child, self._limits, self._box = child, limits, box
        self._begun = 0.0
        self._looked = self._measured = 0.0
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
        else:
            passed = self._passed(now)
            if passed is not None:
                self._end(passed, now)
        return self.ended

    def _passed(self, now: float) -> str | None:
        """The limit that is passed."""
        if self._limits.seconds and now > self._limits.seconds:
            return "time"
        if now - self._looked > MEMORY_EVERY:
            self._looked = now
            used = process_tree.memory(self.child.pid)
            self._peak = max(self._peak, used)
            if self._limits.memory and used > self._limits.memory:
                return "memory"
        if self._limits.disk and now - self._measured > DISK_EVERY:
            self._measured = now
            if _size(self._box) > self._limits.disk:
                return "disk"
        return None

    def _end(self, why: str, now: float) -> None:
        if why == "time":
            hung.ask(self._box)
        self.child.kill()
        self.ended = Ended(-9, now, why, self._peak)


def _size(folder: Path) -> int:
    """Bytes on disk below a folder, without what its links lead to."""
    total = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        status = entry.stat(follow_symlinks=False)
                        total += getattr(status, "st_blocks", -(-status.st_size // 512)) * 512
        except OSError:  # it went meanwhile
            continue
    return total
