"""The runner's part of the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

TIME_LIMIT = 120.0
FULL_TIME_LIMIT = 0.0
MEMORY_LIMIT, DISK_LIMIT = "8G", "4G"
# options that an inspection has no use for, with what they are where they were not given
ONLY_RUN: dict[str, tuple[str, object]] = {
    "--report FILE": ("report", None), "--fix": ("fix", False), "--unsafe-fixes": ("unsafe_fixes", False),
    "--launcher": ("launcher", None), "--full": ("full", False), "--network": ("network", False),
    "--steps N": ("steps", 2), "--made-up-rows": ("made_up_rows", None), "--keep DIR": ("keep", None),
    "--jobs N": ("jobs", 0), "--executor": ("executor", "local"), "--address URL": ("address", None),
    "--num-cpus N": ("num_cpus", 1.0), "--num-gpus N": ("num_gpus", 0.0), "--time-limit SECONDS": ("time_limit", None),
    "--memory-limit SIZE": ("memory_limit", None), "--disk-limit SIZE": ("disk_limit", None),
    "--select RULES": ("select", None), "--ignore RULES": ("ignore", None),
    "--extend-select RULES": ("extend_select", None), "--preview": ("preview", False),
    "--config FILE": ("config", None),
}  # fmt: skip


class UsageError(Exception):
    """A command line that asks for what cannot be; the message says what and what to do. Exit code 2."""


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
    cpus: float = 1.0
    gpus: float = 0.0
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


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: Sequence[str]) -> Options:
    """Reads a command line. Raises UsageError; `--help` prints and exits."""
    own, rest = list(argv), None
    if "--" in own:
        place = own.index("--")
        own, rest = own[:place], tuple(own[place + 1 :])
    parser = _parser()
    found = parser.parse_args(own)
    if found.inspect is None and found.run is None:
        raise UsageError("--run SCRIPT or --inspect DIR is needed")
    if found.rescue is not None and found.inspect is None:
        raise UsageError("--rescue OUT goes with --inspect DIR")
    if found.base is not None and found.inspect is None:
        raise UsageError("--base MODEL goes with --inspect DIR")
    if found.rank is not None and (found.rank < 1 or found.base is None or found.rescue is None):
        raise UsageError("--rank N goes with --rescue OUT --base MODEL, and is at least 1")
    if found.inspect is not None:
        _check_inspection(found, rest)
    _check_rules(found)
    scripts = [Path(s) for s in [*(found.run or []), *found.scripts]]
    if found.inspect is None and not scripts:
        raise UsageError("--run needs a script: lora-lint --run train.py [-- its arguments]")
    if found.jobs < 0 or found.steps < 1:
        raise UsageError("--jobs N and --steps N are at least 1")
    if found.launcher and found.executor == "ray":
        raise UsageError("--launcher starts processes here, --executor ray elsewhere: choose one")
    return Options(
        scripts=tuple(scripts),
        arguments=rest,
        python=found.python,
        full=found.full,
        launcher=found.launcher,
        limits=_limits(found),
        output_format=found.output_format,
        output_file=found.output_file,
        report=found.report,
        fix=found.fix,
        unsafe_fixes=found.unsafe_fixes,
        select=_listed(found.select),
        ignore=_listed(found.ignore),
        extend_select=_listed(found.extend_select),
        preview=found.preview,
        config=found.config,
        network=found.network,
        keep=found.keep,
        executor=found.executor,
        made_up_rows=found.made_up_rows,
        steps=found.steps,
        jobs=found.jobs,
        cpus=found.num_cpus,
        gpus=found.num_gpus,
        address=found.address,
        inspect=(found.inspect, *found.scripts) if found.inspect is not None else (),
        rescue=found.rescue,
        base=found.base,
        rank=found.rank,
        color=found.color,
    )


def _check_rules(found: argparse.Namespace) -> None:
    """Raises UsageError for a rule that there is not: without it the correction would be another one."""
    flags = (("--select", found.select), ("--ignore", found.ignore), ("--extend-select", found.extend_select))
    for flag, entry in ((flag, entry) for flag, given in flags for entry in _listed(given)):
        import lora_lint

        complaint = lora_lint.unknown_rule(entry, flag)
        if complaint:
            raise UsageError(complaint)


def _check_inspection(found: argparse.Namespace, arguments: tuple[str, ...] | None) -> None:
    """Raises UsageError for what an inspection cannot do."""
    if arguments is not None:
        raise UsageError("arguments after -- go with --run, not with --inspect")
    if found.run is not None:
        raise UsageError("--run and --inspect are two commands: choose one")
    if found.output_format == "junit":
        raise UsageError("--inspect prints text or json")
    if found.rescue is not None and found.scripts:
        raise UsageError("--rescue OUT takes the adapter out of one directory: name one")
    for option, (name, unused) in ONLY_RUN.items():
        if getattr(found, name) != unused:
            raise UsageError(f"{option} goes with --run, not with --inspect")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lora-lint",
        usage="lora-lint --run SCRIPT... [options] [-- arguments of the script]\n"
        "       lora-lint --inspect DIR... [--rescue OUT --base MODEL]",
        description="Executes the corrected script and confirms that the adapter files appear.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("scripts", nargs="*", help=argparse.SUPPRESS)
    add("--run", nargs="*", metavar="SCRIPT", help="scripts, notebooks or folders to run")
    add("--inspect", metavar="DIR", help="say what a directory, or a model in the hub's cache, holds and lacks")
    add("--rescue", type=Path, metavar="OUT", help="with --inspect: recover the adapter into OUT")
    add("--base", metavar="MODEL", help="recover it by subtracting this base: a folder, or an id in the hub's cache")
    add("--rank", type=int, metavar="N", help="the rank of the recovered adapter (default: by its singular values)")
    add("--python", metavar="PATH", help="the interpreter to run in (default: the active environment)")
    add("--full", action="store_true", help="the real model, data and device instead of stand-ins")
    add("--launcher", metavar="COMMAND", help='what starts the processes, e.g. "torchrun --nproc-per-node 2"')
    add(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help=f"end a run after this time (default {TIME_LIMIT:.0f}, none with --full)",
    )
    add(
        "--memory-limit",
        metavar="SIZE",
        help=f"end a run that needs more memory, e.g. 6G (default {MEMORY_LIMIT}, none with --full)",
    )
    add(
        "--disk-limit",
        metavar="SIZE",
        help=f"end a run that writes more, e.g. 1G (default {DISK_LIMIT}, none with --full)",
    )
    add("--steps", type=int, default=2, metavar="N", help="optimizer steps of a smoke run (default 2)")
    add(
        "--made-up-rows",
        action=argparse.BooleanOptionalAction,
        help="make up, or don't, the rows of data files that are not here (default: where the script stops without)",
    )
    add("--output-format", choices=("text", "json", "junit"), default="text")
    add("--output-file", "-o", type=Path, metavar="FILE")
    add("--report", type=Path, metavar="FILE.html", help="write a report with the life of the model as a picture")
    add("--fix", action="store_true", help="write the correction to the script once it is confirmed")
    add("--unsafe-fixes", action="store_true", help="correct with unsafe fixes, too")
    add("--select", action="append", metavar="RULES")
    add("--ignore", action="append", metavar="RULES")
    add("--extend-select", action="append", metavar="RULES")
    add("--preview", action="store_true")
    add("--no-cache", action="store_true", help=argparse.SUPPRESS)
    add("--config", type=Path, metavar="FILE")
    add("--network", action="store_true", help="leave the network open")
    add("--keep", type=Path, metavar="DIR", help="keep the copies and everything the runs wrote in DIR")
    add("--jobs", "-j", type=int, default=0, metavar="N", help="runs side by side (default: 2; --full, --launcher: 1)")
    add("--executor", choices=("local", "ray"), default="local")
    add(
        "--address",
        metavar="URL",
        help="with --executor ray: the cluster (default: RAY_ADDRESS, else one on this machine)",
    )
    add("--num-cpus", type=float, default=1.0, metavar="N", help="with --executor ray: CPUs a script needs")
    add("--num-gpus", type=float, default=0.0, metavar="N", help="with --executor ray: GPUs a script needs")
    add("--color", choices=("auto", "always", "never"), default="auto")
    return parser


def _seconds(text: str) -> float:
    try:
        found = float(text.removesuffix("s"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
    if not 0 <= found < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} seconds: a time limit is not negative; 0 is none")
    return found


def _limits(found: argparse.Namespace) -> Limits:
    """What was asked for, else what is usual: a full run has none but what was asked for."""
    usual = ("0", "0") if found.full else (MEMORY_LIMIT, DISK_LIMIT)
    seconds = found.time_limit if found.time_limit is not None else FULL_TIME_LIMIT if found.full else TIME_LIMIT
    memory = _bytes("--memory-limit", usual[0] if found.memory_limit is None else found.memory_limit)
    return Limits(seconds, memory, _bytes("--disk-limit", usual[1] if found.disk_limit is None else found.disk_limit))


def _bytes(option: str, text: str) -> int:
    units = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
    shown = text.strip().upper().removesuffix("IB").removesuffix("B")
    number, unit = (shown[:-1], shown[-1]) if shown[-1:] in units and shown else (shown, "")
    try:
        size = float(number) * units[unit]
    except ValueError:
        size = -1
    if not 0 <= size < float("inf"):
        raise UsageError(f"{option}: {text!r} is no size; write 6G or 500M (0 is no limit)")
    return int(size)


def _listed(found: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for entry in found or () for part in entry.split(",") if part.strip())
