"""What a run costs over the bare imports of its script: in a fresh process, in a fork of a warm one, and as a whole.

    python bench/runner.py [--repeat N] [SCRIPT...]

Each figure is a ratio to the wall time of a process that imports torch, transformers, peft and what the script imports,
and does nothing. All four are measured in turn, so that they see the same machine. Scripts are by default those of
tests/data/run that need no arguments.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / root) for root in ("rules", "runner")]

from lora_lint_runner import parsing, running  # noqa: E402
from lora_lint_runner.processes import children  # noqa: E402

RUN = "import sys; from lora_lint_runner.command import main; sys.exit(main(sys.argv[1:]))"
FLOOR = """
import importlib, sys
for name in sys.argv[1:]:
    parts = name.split(".")
    try:
        found = importlib.import_module(parts[0])
        for place, part in enumerate(parts[1:], 1):
            found = getattr(found, part, None) or importlib.import_module(".".join(parts[: place + 1]))
    except ImportError:
        pass
"""
BOUNDS = {"fresh": 1.3, "forked": 0.3, "whole": 1.5}


class Times(NamedTuple):
    """Seconds of one round, and the peak memory of the fresh run in bytes."""

    floor: float
    fresh: float
    forked: float
    whole: float
    peak: int


def main() -> int:
    """Prints a line a script, then the medians over all; exit 1 where one is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scripts", nargs="*", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    folder = REPOSITORY / "tests" / "data" / "run"
    scripts = asked.scripts or [p for p in sorted(folder.glob("*.py")) if "args" not in p.name]
    print(f"{'':24}{'floor':>8}{'fresh':>8}{'forked':>8}{'whole':>8}{'peak':>10}")
    ratios: dict[str, list[float]] = {name: [] for name in BOUNDS}
    for script in scripts:
        rounds = [measured(script.resolve()) for _ in range(asked.repeat)]
        floor = statistics.median(t.floor for t in rounds)
        line = f"{script.name[:22]:24}{floor:7.1f}s"
        for name, found in ratios.items():
            found.append(statistics.median(getattr(t, name) / t.floor for t in rounds))
            line += f"{found[-1]:8.2f}"
        print(f"{line}{max(t.peak for t in rounds) / 2**20:7.0f} MB", flush=True)
    over = False
    for name, bound in BOUNDS.items():
        median = statistics.median(ratios[name])
        over |= median > bound
        print(f"{name}: median {median:.2f}, from {min(ratios[name]):.2f} to {max(ratios[name]):.2f} (at most {bound})")
    return 1 if over else 0


def measured(script: Path) -> Times:
    """One round: the bare imports, a fresh run, a forked run, the whole command."""
    names = [*running.FIRST, *running.imports_of([script])]
    with tempfile.TemporaryDirectory() as home:
        env = children.surroundings(Path(home), full=False)
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", FLOOR, *names], env=env, capture_output=True, check=False)
        floor = time.perf_counter() - begun
    fresh, peak = one_side(script, fork=False)
    forked, _ = one_side(script, fork=True)
    begun = time.perf_counter()
    command = [sys.executable, "-c", RUN, "--run", str(script), "--python", sys.executable]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:2])}
    subprocess.run(command, env=env, capture_output=True, check=False)
    return Times(floor, fresh, forked, time.perf_counter() - begun, peak)


def one_side(script: Path, *, fork: bool) -> tuple[float, int]:
    """Seconds and peak memory of the corrected script's run, from its start to the end of its verification."""
    could, children.CAN_FORK = children.CAN_FORK, fork
    try:
        asked = parsing.parse(["--run", str(script), "--python", sys.executable, "--jobs", "1"])
        with running.Runner(asked, near=script.parent) as runner:
            (outcome,) = runner.run([script])
    finally:
        children.CAN_FORK = could
    return (outcome.after.seconds, outcome.after.peak) if outcome.after is not None else (0.0, 0)


if __name__ == "__main__":
    sys.exit(main())
