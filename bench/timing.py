"""What a command or a call costs: processor time, wall time and peak memory, each the least of several rounds.

Ratios are taken from processor time: on a machine that does other things, too, it says what wall time cannot.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of all processors together, seconds by the clock, and the peak memory of the largest process in bytes."""

    cpu: float
    wall: float
    peak: int


class Failed(Exception):
    """A command that gave an exit code nobody expects of a linter."""


# runs a command, and says what it used. A process of its own, and a small one: Linux counts the memory of who starts a
# process as that process's own
_STARTER = """
import os, sys, time
nothing = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1)]
begun = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=nothing)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - begun
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss)
"""


def command(argv: Sequence[str], cwd: str | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Runs a command, given by its path, once. Raises Failed where it exits with more than 1, which linters say for
    findings.

    What it compiles it may keep, as it does for everybody who runs it twice.
    """
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    starter = [sys.executable, "-ISc", _STARTER, *argv]
    ended = subprocess.run(starter, cwd=cwd, env=env, capture_output=True, text=True, errors="replace", check=True)
    code, cpu, wall, kilobytes = ended.stdout.split()
    if code not in ("0", "1"):
        raise Failed(f"{argv[0]} exits {code}: {' '.join(ended.stderr.strip().splitlines()[-1:])}")
    return Cost(float(cpu), float(wall), int(kilobytes) * 1024)


def side_by_side(commands: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The least cost of each, measured in turn so that all see the same machine."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, run in commands.items():
            found[name].append(run())
    return {name: least(costs) for name, costs in found.items()}


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each figure."""
    return Cost(min(c.cpu for c in costs), min(c.wall for c in costs), min(c.peak for c in costs))


def call(action: Callable[[], object], rounds: int) -> float:
    """Processor seconds of a call in this process, the least of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        action()
        best = min(best, time.process_time() - begun)
    return best
