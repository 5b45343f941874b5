"""Whole folders beside other tools: a thousand scripts with PEFT, and all packages of the environment.

The others come from an environment of their own, which `make peers` sets up; what is missing is said.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.tables import Goal, Table, megabytes, seconds
from bench.timing import Cost, Failed, command, side_by_side

HERE = Path(__file__).parent
# what each is asked to do: the least that it does of its own, and for semgrep the nearest to our first rule
PEERS = {
    "pylint": ["-j", "2", "--disable=all", "--enable=E,F", "--recursive=y", "--exit-zero", "."],
    "fixit": ["--quiet", "lint", "."],
    "semgrep": ["scan", "--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore", "--config",
                str(HERE / "semgrep.yml"), "."],
    "pyright": ["."],
}  # fmt: skip
# what any linter on LibCST pays before its first thought: it is the bound of our own ratios
PARSE = """
import pathlib, libcst
for path in sorted(pathlib.Path().rglob("*.py")):
    libcst.parse_module(path.read_bytes())
"""
FASTER = {"pylint": 10, "fixit": 10, "semgrep": 10}  # than which we are to be so many times faster


def thousand(lint: list[str], ruff: str, peers: Path, examples: Path, work: Path) -> Table:
    """A thousand scripts with PEFT: the examples, over and over, no two in one folder alike."""
    folder = work / "scripts"
    sources = [path for name in ("variants", "cases") for path in sorted((examples / name).rglob("*.py"))]
    for n in range(1000):
        source = sources[n % len(sources)]
        place = folder / f"project_{n // 10}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "pyproject.toml").touch()
        shutil.copy(source, place / f"train_{n}.py")
    cache = [*lint, "."]
    runs: dict[str, Callable[[], Cost]] = {
        "lora-lint": partial(command, [*lint, "--no-cache", "."], str(folder)),
        "lora-lint, second run": partial(command, cache, str(folder)),
        "libcst.parse_module alone": partial(command, [sys.executable, "-c", PARSE], str(folder)),
        "ruff, all rules": partial(
            command, [ruff, "check", "--isolated", "--no-cache", "--select", "ALL", "."], str(folder)
        ),
    }
    missing: list[str] = []
    for name, arguments in PEERS.items():
        program = peers / "bin" / name
        if not program.exists():
            missing.append(f"{name}: it is not installed (`make peers`)")
            continue
        runs[name] = partial(command, [str(program), *arguments], str(folder), _environment(peers))
    command(cache, str(folder))
    costs = _tried(runs, missing)
    ours, again = costs["lora-lint"], costs["lora-lint, second run"]
    rows = [
        [name, seconds(cost.cpu), seconds(cost.wall), megabytes(cost.peak), f"{cost.cpu / ours.cpu:.1f}",
         f"{cost.cpu / again.cpu:.0f}"]
        for name, cost in costs.items()
    ]  # fmt: skip
    goals = [
        goal
        for name, bound in FASTER.items()
        if name in costs
        for goal in (
            Goal(f"{name} / lora-lint", costs[name].cpu / ours.cpu, bound, True),
            Goal(f"{name} / lora-lint's second run", costs[name].cpu / again.cpu, bound, True),
        )
    ]
    return Table(
        "A thousand scripts with PEFT",
        "No file is read twice by any tool, except in the second run, which finds lora-lint's cache. pylint and "
        "pyright run where the libraries that the scripts import are not installed: that spares them most of their "
        "work. LibCST's parser alone shows what reading the scripts takes a tool that is built on it.",
        ["", "processor", "clock", "memory", "/ lora-lint", "/ its second run"],
        rows,
        goals,
        missing,
    )


def packages(lint: list[str], ruff: str, rounds: int, folder: str | None = None) -> Table:
    """Every Python file of the environment's packages."""
    tree = folder or sysconfig.get_path("purelib")
    number = sum(name.endswith(".py") for _, _, names in os.walk(tree) for name in names)
    syntax = [
        ruff,
        "check",
        "--isolated",
        "--no-cache",
        "--quiet",
        "--select",
        "E9",
        "--config",
        'include=["*.py", "*.ipynb"]',
    ]
    runs: dict[str, Callable[[], Cost]] = {
        "ruff check --select E9": partial(command, [*syntax, tree]),
        "lora-lint": partial(command, [*lint, "--isolated", "--no-cache", "--quiet", tree]),
    }
    costs = side_by_side(runs, rounds)
    ruffs = costs["ruff check --select E9"].cpu
    rows = [
        [name, seconds(cost.cpu), seconds(cost.wall), megabytes(cost.peak), f"{cost.cpu / ruffs:.2f}"]
        for name, cost in costs.items()
    ]
    return Table(
        "All installed packages",
        f"{number} Python files of an environment with torch, transformers, peft, trl and diffusers, without a cache. "
        "ruff parses them all. lora-lint looks at their bytes, and follows what could lead to a finding, but for the "
        "libraries that its own tables describe: here that leaves nothing.",
        ["", "processor", "clock", "memory", "/ ruff"],
        rows,
        [Goal("lora-lint / ruff", costs["lora-lint"].cpu / ruffs, 1.0)],
    )


def _environment(peers: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{peers / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def _tried(runs: dict[str, Callable[[], Cost]], missing: list[str]) -> dict[str, Cost]:
    costs: dict[str, Cost] = {}
    for name, run in runs.items():
        try:
            costs[name] = run()
        except Failed as error:
            missing.append(f"{name}: {error}")
    return costs
