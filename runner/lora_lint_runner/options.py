"""The options of the runner's command line, as a table, and what one command line asks for."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

TIME_LIMIT = 120.0
FULL_TIME_LIMIT = 0.0
MEMORY_LIMIT, DISK_LIMIT = "8G", "4G"


class UsageError(Exception):
    """A command line that asks for what cannot be; the message says what and what to do. Exit code 2."""


class Option(NamedTuple):
    """One option: its group in the help, its flags, what stands behind them, what it does, and what argparse has to
    know besides."""

    group: str
    flags: str
    metavar: str
    help: str
    more: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """Under which the parser keeps what was given."""
        return self.flags.split()[0].lstrip("-").replace("-", "_")

    @property
    def shown(self) -> str:
        """The option as people write it."""
        return f"{self.flags.split()[0]} {self.metavar}".strip()


def _seconds(text: str) -> float:
    try:
        found = float(text.removesuffix("s"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
    if not 0 <= found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} seconds: a time limit is not negative; 0 is none")
    return found


ON, LISTED, PATH = {"action": "store_true"}, {"action": "append"}, {"type": Path}
ON_OR_OFF = {"action": argparse.BooleanOptionalAction}
EXECUTORS = {"choices": ("local", "ray"), "default": "local"}
FORMATS = {"choices": ("text", "json", "junit"), "default": "text"}
COLORS = {"choices": ("auto", "always", "never"), "default": "auto"}

SCRIPTS, RUNS, LIMITS, RULES = "scripts", "how they are run", "limits of a run", "what is corrected"
PLACES, KEPT, REPORTS, SAVED = "where they are run", "what is kept", "what is printed", "saved files"
OF_RUNS = (RUNS, LIMITS, RULES, PLACES, KEPT)  # an inspection has no use for these

OPTIONS = (
    Option(SCRIPTS, "--run", "SCRIPT", "scripts, notebooks or folders to run", {"nargs": "*"}),
    Option(SCRIPTS, "--python", "PATH", "the interpreter to run in (default: the active environment)"),
    Option(RUNS, "--full", "", "the real model, data and device instead of stand-ins", ON),
    Option(RUNS, "--launcher", "COMMAND", 'what starts the processes, e.g. "torchrun --nproc-per-node 2"'),
    Option(RUNS, "--steps", "N", "optimizer steps of a smoke run (default 2)", {"type": int, "default": 2}),
    Option(
        RUNS,
        "--made-up-rows",
        "",
        "make up, or don't, the rows of data files that are not here (default: where the script stops without)",
        ON_OR_OFF,
    ),
    Option(RUNS, "--network", "", "leave the network open", ON),
    Option(
        LIMITS,
        "--time-limit",
        "SECONDS",
        f"end a run after this time (default {TIME_LIMIT:.0f}, none with --full)",
        {"type": _seconds},
    ),
    Option(
        LIMITS,
        "--memory-limit",
        "SIZE",
        f"end a run that needs more memory, e.g. 6G (default {MEMORY_LIMIT}, none with --full)",
    ),
    Option(
        LIMITS, "--disk-limit", "SIZE", f"end a run that writes more, e.g. 1G (default {DISK_LIMIT}, none with --full)"
    ),
    Option(RULES, "--fix", "", "write the correction to the script once it is confirmed", ON),
    Option(RULES, "--unsafe-fixes", "", "correct with unsafe fixes, too", ON),
    Option(RULES, "--select", "RULES", "rules that are on, as for linting", LISTED),
    Option(RULES, "--ignore", "RULES", "rules that are off", LISTED),
    Option(RULES, "--extend-select", "RULES", "rules that are on besides the selected ones", LISTED),
    Option(RULES, "--preview", "", "turn preview rules on", ON),
    Option(RULES, "--config", "FILE", "a config file of the linter", PATH),
    Option(
        PLACES, "--jobs -j", "N", "runs side by side (default: 2; --full, --launcher: 1)", {"type": int, "default": 0}
    ),
    Option(PLACES, "--executor", "", "on this machine, or as tasks of a Ray cluster", EXECUTORS),
    Option(
        PLACES, "--address", "URL", "with --executor ray: the cluster (default: RAY_ADDRESS, else one on this machine)"
    ),
    Option(PLACES, "--num-cpus", "N", "with --executor ray: CPUs a script needs", {"type": float, "default": 1.0}),
    Option(PLACES, "--num-gpus", "N", "with --executor ray: GPUs a script needs", {"type": float, "default": 0.0}),
    Option(KEPT, "--keep", "DIR", "keep the copies and everything the runs wrote in DIR", PATH),
    Option(KEPT, "--report", "FILE.html", "write a report with the life of the model as a picture", PATH),
    Option(REPORTS, "--output-format", "", "how the report is printed", FORMATS),
    Option(REPORTS, "--output-file -o", "FILE", "write the report to a file", PATH),
    Option(REPORTS, "--color", "", "whether the report has colours", COLORS),
    Option(
        SAVED,
        "--inspect",
        "DIR",
        "say what a directory, or a model in the hub's cache, holds and lacks",
        {"nargs": "*"},
    ),
    Option(SAVED, "--rescue", "OUT", "with --inspect: recover the adapter into OUT", PATH),
    Option(SAVED, "--base", "MODEL", "recover it by subtracting this base: a folder, or an id in the hub's cache"),
    Option(SAVED, "--rank", "N", "the rank of the recovered adapter (default: by its singular values)", {"type": int}),
)


class Limits(NamedTuple):
    """Seconds, bytes of memory, bytes on disk; 0 is no limit."""

    seconds: float
    memory: int
    disk: int


class Options(NamedTuple):
    """What was asked for. `arguments` are those of the script, after `--`, None without one; limits of 0 are none."""

    scripts: tuple[Path, ...]
    arguments: tuple[str, ...] | None = None
    python: str | None = None
    full: bool = False
    launcher: str | None = None
    limits: Limits = Limits(TIME_LIMIT, 0, 0)
    output_format: str = "text"
    output_file: Path | None = None
    report: Path | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    config: Path | None = None
    network: bool = False
    keep: Path | None = None
    executor: str = "local"
    made_up_rows: bool | None = None  # None: where the script stops for want of them, and the verdict says so
    steps: int = 2
    jobs: int = 0
    num_cpus: float = 1.0
    num_gpus: float = 0.0
    address: str | None = None
    inspect: tuple[str, ...] = ()
    rescue: Path | None = None
    base: str | None = None
    rank: int | None = None
    color: str = "auto"

    def colored(self) -> bool:
        """Is what is printed to have colours?"""
        if self.color != "auto" or self.output_file is not None:
            return self.color == "always"
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
