"""What a command or a call costs: processor time, wall time and peak memory, each the least of several rounds.

Ratios are taken from processor time: on a machine that does other things, too, it says what wall time cannot.
"""

from __future__ import annotations

import os
import subprocess
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


def command(argv: Sequence[str], cwd: str | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Runs a command once. Raises Failed where it exits with more than 1, which linters say for findings.

    What it compiles it may keep, as it does for everybody who runs it twice.
    """
    env = {name: value for name, value in (env or os.environ).items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    with open(os.devnull, "wb") as nothing:
        child = subprocess.Popen(argv, cwd=cwd, env=env, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE)
        assert child.stderr is not None
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if child.returncode not in (0, 1):
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        raise Failed(f"{argv[0]} exits {child.returncode}: {' '.join(last)}")
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024)


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
