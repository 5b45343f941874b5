"""Keeps an eye on runs: a time limit, and a memory limit over the whole process group."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

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
            used = group_memory(self.child.pid)
            self._peak = max(self._peak, used)
            if self._bytes and used > self._bytes:
                self._end("memory", now)
        return self.ended

    def _end(self, why: str, now: float) -> None:
        self.child.kill()
        self.ended = Ended(-9, now, why, self._peak)


def wait(runs: list[Watched]) -> None:
    """Waits for all. An interrupt ends them all and goes on to the caller."""
    try:
        while None in [run.look() for run in runs]:
            time.sleep(PAUSE)
    except BaseException:
        for run in runs:
            if run.ended is None:
                run.child.kill()
        raise


def group_memory(group: int) -> int:
    """The resident memory of a process group in bytes; 0 where it cannot be seen."""
    if group <= 0:
        return 0
    if sys.platform.startswith("linux"):
        page = os.sysconf("SC_PAGE_SIZE")
        total = 0
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                fields = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if int(fields[2]) == group:
                    total += int(fields[21]) * page
            except (OSError, ValueError, IndexError):
                continue
        return total
    if os.name != "posix":
        return 0
    try:
        done = subprocess.run(["ps", "-A", "-o", "pgid=,rss="], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return 0
    rows = [line.split() for line in done.stdout.splitlines()]
    return sum(int(rss) * 1024 for pgid, rss in (r for r in rows if len(r) == 2) if int(pgid) == group)
