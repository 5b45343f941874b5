"""docs/benchmarks.md, and the picture in it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.tables import Goal, Table

INTRO = """\
# Benchmarks

`make bench` measures this anew, `make bench-page` writes this page; `make peers` installs the other tools in an
environment of their own. Figures are processor time, the least of several rounds, measured in turn. What counts are the
ratios: they hold on other machines, too.

Measured on {day} with {versions}, on {machine}.{shared}

![The ratios beside their bounds, and time a line as a script grows](images/benchmarks.svg)
"""


BUSY = 0.5  # processes besides the benchmark, above which figures are worth less


def write(tables: Sequence[Table], docs: Path, load: float) -> None:
    """Writes the page and draws the picture. `load`: how many processes ran before the benchmark began."""
    names = ("lora-lint", "libcst", "ruff")
    versions = ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)])
    machine = f"{platform.system()} with {len(os.sched_getaffinity(0))} cores"
    shared = f" The machine had other work meanwhile (a load of {load:.1f} to begin with)." if load > BUSY else ""
    day = date.today().isoformat()
    text = INTRO.format(day=day, versions=versions, machine=machine, shared=shared) + "\n" + "\n".join(map(str, tables))
    (docs / "benchmarks.md").write_text(text, encoding="utf-8")
    _draw(tables, docs / "images" / "benchmarks.svg")


def _draw(tables: Sequence[Table], file: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "lora-lint"
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2), width_ratios=(3, 2))
    goals = [goal for table in tables for goal in table.goals][::-1]
    used = [_used(goal) for goal in goals]
    left.barh(
        [goal.what.replace("`", "") for goal in goals], used, color=["#4c78a8" if g.met else "#e45756" for g in goals]
    )
    left.axvline(1, color="#444444", linewidth=1)
    left.set_xscale("log")
    left.set_xlabel("part of its bound that a ratio uses (left of the line: met)")
    for table in tables:
        if table.points:
            right.plot(*zip(*table.points), marker="o", color="#4c78a8")
            right.set_title("Processor time a line")
            right.set_xscale("log")
            right.set_ylim(bottom=0)
            right.set_xlabel("lines of the script")
            right.set_ylabel("µs a line")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None, "Creator": None})


def _used(goal: Goal) -> float:
    return goal.bound / goal.measured if goal.least else goal.measured / goal.bound
