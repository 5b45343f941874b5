"""A command line of the runner, read: what it asks for, or what is wrong with it."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import lora_lint
from lora_lint_runner.options import (
    DISK_LIMIT,
    FULL_TIME_LIMIT,
    MEMORY_LIMIT,
    OF_RUNS,
    OPTIONS,
    TIME_LIMIT,
    Limits,
    Options,
    UsageError,
)

USAGE = """lora-lint --run SCRIPT... [options] [-- arguments of the script]
       lora-lint --inspect DIR... [--rescue OUT --base MODEL]"""
EPILOG = """exit codes of --run: 0 confirmed, 1 failed, 2 wrong usage or a file that cannot be written, 3 nothing was
proved; of --inspect: 0 usable, 1 no usable adapter, 2 wrong usage, 3 it could not be looked at"""
MEANT = 0.8  # how like an option a flag is that was meant for it; `--lr` is one of the script's
OF_INSPECTIONS = ("--rescue OUT", "--base MODEL", "--rank N")


class _Parser(argparse.ArgumentParser):
    """Raises UsageError where a command line is wrong, with the flag that was meant where one is near."""

    def error(self, message: str) -> NoReturn:
        what, _, found = message.partition(": ")
        if what == "unrecognized arguments":
            flag = found.split()[0]
            near = difflib.get_close_matches(flag, self._option_string_actions, 1, MEANT)
            hint = f"did you mean `{near[0]}`?" if near else "arguments of the script itself go behind `--`"
            message = f"unknown option {flag}; {hint}"
        raise UsageError(f"{message}; lora-lint --run --help lists the options")


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. It raises UsageError."""
    made = _Parser(
        prog="lora-lint",
        usage=USAGE,
        description="Executes the corrected script and confirms that the adapter files appear.",
        epilog=EPILOG,
        allow_abbrev=False,
    )
    made.add_argument("scripts", nargs="*", help=argparse.SUPPRESS)
    made.add_argument("--no-cache", action="store_true", help=argparse.SUPPRESS)
    groups: dict[str, Any] = {}
    for option in OPTIONS:
        if option.group not in groups:
            groups[option.group] = made.add_argument_group(option.group)
        more = {"metavar": option.metavar, **option.more} if option.metavar else option.more
        groups[option.group].add_argument(*option.flags.split(), help=option.help, **more)
    return made


def parse(argv: Sequence[str]) -> Options:
    """Reads a command line. Raises UsageError; `--help` prints and exits."""
    own, arguments = list(argv), None
    if "--" in own:
        place = own.index("--")
        own, arguments = own[:place], tuple(own[place + 1 :])
    found = parser().parse_args(own)
    inspected = found.inspect is not None
    scripts = tuple(Path(script) for script in [*(found.run or []), *found.scripts])
    if inspected:
        _check_inspection(found, arguments)
    else:
        _check_run(found, scripts)
    _check_rules(found)
    given = {name: value for name, value in vars(found).items() if name in Options._fields}
    lists = {name: _listed(given[name]) for name in ("select", "ignore", "extend_select")}
    inspect = (*found.inspect, *found.scripts) if inspected else ()
    read = {"scripts": scripts, "arguments": arguments, "limits": _limits(found), "inspect": inspect}
    return Options(**{**given, **lists, **read})


def _check_run(found: argparse.Namespace, scripts: Sequence[Path]) -> None:
    """Raises UsageError for what a run cannot do."""
    for option in OF_INSPECTIONS:
        if getattr(found, option.split()[0].lstrip("-")) is not None:
            raise UsageError(f"{option} goes with --inspect DIR")
    if not scripts:
        raise UsageError("--run needs a script: lora-lint --run train.py [-- its arguments]")
    if found.jobs < 0 or found.steps < 1:
        raise UsageError("--jobs N and --steps N are at least 1")
    if found.launcher and found.executor == "ray":
        raise UsageError("--launcher starts processes here, --executor ray elsewhere: choose one")


def _check_inspection(found: argparse.Namespace, arguments: tuple[str, ...] | None) -> None:
    """Raises UsageError for what an inspection cannot do."""
    if arguments is not None:
        raise UsageError("arguments after -- go with --run, not with --inspect")
    if found.run is not None:
        raise UsageError("--run and --inspect are two commands: choose one")
    if not found.inspect:
        raise UsageError("--inspect needs a directory: lora-lint --inspect out")
    if found.output_format == "junit":
        raise UsageError("--inspect prints text or json")
    if found.rescue is not None and len(found.inspect) + len(found.scripts) > 1:
        raise UsageError("--rescue OUT takes the adapter out of one directory: name one")
    if found.rank is not None and (found.rank < 1 or found.base is None or found.rescue is None):
        raise UsageError("--rank N goes with --rescue OUT --base MODEL, and is at least 1")
    usual = parser()
    for option in OPTIONS:
        if option.group in OF_RUNS and getattr(found, option.name) != usual.get_default(option.name):
            raise UsageError(f"{option.shown} goes with --run, not with --inspect")


def _check_rules(found: argparse.Namespace) -> None:
    """Raises UsageError for a rule that there is not: without it the correction would be another one."""
    flags = (("--select", found.select), ("--ignore", found.ignore), ("--extend-select", found.extend_select))
    for flag, entry in ((flag, entry) for flag, given in flags for entry in _listed(given)):
        complaint = lora_lint.unknown_rule(entry, flag)
        if complaint:
            raise UsageError(complaint)


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
