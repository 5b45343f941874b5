"""A fresh process each time: with nothing to lint, with a thousand files without PEFT, with one script."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.tables import Goal, Table, megabytes, seconds
from bench.timing import Cost, command, side_by_side

WITHOUT = '''"""Rows of a table."""

import json


def rows(path):
    with open(path) as file:
        for line in file:
            yield json.loads(line)
'''


def measured(lint: list[str], examples: Path, work: Path, rounds: int) -> Table:
    """The command line over a bare interpreter, and over the import of LibCST."""
    empty, thousand, one = work / "empty", work / "thousand", work / "one"
    for folder in (empty, thousand, one):
        folder.mkdir()
    for n in range(1000):
        (thousand / f"rows_{n}.py").write_text(WITHOUT)
    shutil.copy(sorted((examples / "variants").glob("*_bad.py"))[0], one / "train.py")
    (one / "pyproject.toml").touch()  # a project, in which a cache is kept
    python = sys.executable
    runs: dict[str, Callable[[], Cost]] = {
        "`python -c pass`": partial(command, [python, "-c", "pass"], str(empty)),
        '`python -c "import libcst"`': partial(command, [python, "-c", "import libcst"], str(empty)),
        "an empty folder": partial(command, [*lint, "--isolated", "."], str(empty)),
        "1 000 files without PEFT": partial(command, [*lint, "--isolated", "."], str(thousand)),
        "one script, no cache": partial(command, [*lint, "--isolated", "--no-cache", "."], str(one)),
        "one script, cached": partial(command, [*lint, "--isolated", "."], str(one)),
    }
    costs = side_by_side(runs, rounds)
    bare, libcst = (costs[name].cpu for name in list(runs)[:2])
    rows = [
        [name, seconds(cost.cpu), seconds(cost.wall), megabytes(cost.peak), f"{cost.cpu / bare:.1f}",
         f"{cost.cpu / libcst:.2f}"]
        for name, cost in costs.items()
    ]  # fmt: skip
    goals = [
        Goal("nothing to lint / `pass`", costs["an empty folder"].cpu / bare, 5),
        Goal("1 000 files without PEFT / `pass`", costs["1 000 files without PEFT"].cpu / bare, 8),
        Goal("one script / `import libcst`", costs["one script, no cache"].cpu / libcst, 1.4),
    ]
    return Table(
        "Cold start",
        "A new process each time.",
        ["", "processor", "clock", "memory", "/ `pass`", "/ `import libcst`"],
        rows,
        goals,
    )
