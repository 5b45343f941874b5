"""All processes of a run, wherever they have put themselves: a group, its descendants, and what carries the run's mark.

A launcher gives its workers sessions of their own, and a daemon leaves its parent: a process group is not all of a run.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

MARK = "LORA_LINT_RUN"
SET_PARENT_DEATH_SIGNAL = 1  # of prctl(2)
LIBC: Any = ctypes.CDLL(None) if sys.platform.startswith("linux") else None  # looked for now: after a fork is too late
SHARES = Path("/proc/self/smaps_rollup").exists()


class Process(NamedTuple):
    """One process: its parent, its group, and its resident memory in bytes."""

    pid: int
    parent: int
    group: int
    memory: int


def table() -> list[Process]:
    """All processes that can be seen; none where there is no way to ask."""
    if sys.platform.startswith("linux"):
        return list(_from_proc())
    if os.name != "posix":
        return []
    try:
        asked = ["ps", "-A", "-o", "pid=,ppid=,pgid=,rss="]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    rows = [line.split() for line in done.stdout.splitlines()]
    return [Process(int(r[0]), int(r[1]), int(r[2]), int(r[3]) * 1024) for r in rows if len(r) == 4]


def _from_proc() -> Iterable[Process]:
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = _read(f"/proc/{entry}/stat").rpartition(b")")[2].split()
            yield Process(int(entry), int(fields[1]), int(fields[2]), int(fields[21]) * page)
        except (OSError, ValueError, IndexError):
            continue


def _read(path: str) -> bytes:
    """A file of /proc, without what `open` and `pathlib` take besides: a run is looked at many times a second."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        parts = []
        while part := os.read(descriptor, 1 << 16):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


def members(group: int, processes: Iterable[Process]) -> list[Process]:
    """A process group, and everything that descends from it."""
    waiting = list(processes)
    found: dict[int, Process] = {}
    grown = True
    while grown:
        grown = False
        for process in list(waiting):
            if process.group == group or process.parent in found:
                found[process.pid] = process
                waiting.remove(process)
                grown = True
    return list(found.values())


def memory(group: int) -> int:
    """The memory of a run in bytes; 0 where it cannot be seen. What several processes share counts once, where the
    kernel says how much that is (an answer takes it 10 ms: one process alone is not asked about)."""
    found = members(group, table()) if group > 0 else []
    return sum(process.memory if len(found) == 1 else _share(process) for process in found)


def _share(process: Process) -> int:
    """The memory of one process, what it shares with others divided by their number; 0 of one that ends meanwhile."""
    if not SHARES:
        return process.memory
    try:
        rows = _read(f"/proc/{process.pid}/smaps_rollup").splitlines()
        return next((int(row.split()[1]) * 1024 for row in rows if row.startswith(b"Pss:")), 0)
    except PermissionError:
        return process.memory
    except OSError:
        return 0


def end(group: int, mark: str | None = None) -> None:
    """Ends a run at once, with all that it has started."""
    if os.name != "posix" or group <= 0:
        return
    for process in members(group, table()):
        _kill(process.pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    end_marked(mark)


def end_marked(mark: str | None) -> None:
    """Ends what a run has left behind: processes that carry its mark in their environment. Only seen on Linux."""
    if mark is None or not sys.platform.startswith("linux"):
        return
    wanted = f"{MARK}={mark}".encode()
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            with contextlib.suppress(OSError):
                if wanted in _read(f"/proc/{entry}/environ").split(b"\0"):
                    _kill(int(entry))


def end_with_parent() -> None:
    """In a new process, before it becomes another program: it is asked to end when its parent dies, however that comes
    about. Linux only."""
    LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
