"""argparse, with its complaints in one line."""

from __future__ import annotations

import argparse
import os
from typing import Any, NoReturn

from lora_lint import __version__, nearest
from lora_lint.cli.options import EPILOG, OPTIONS, UsageError


class Parser(argparse.ArgumentParser):
    """Raises UsageError where a command line is wrong, with the flag that was meant where one is near."""

    def __init__(self, name: str, **settings: Any) -> None:
        super().__init__(name, **settings, formatter_class=_formatter)

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments: "):
            flag = message.partition(": ")[2].split()[0]
            message = f"unknown option {flag}{nearest(flag, self._option_string_actions)}"
        raise UsageError(f"{message}; lora-lint --help lists the options")


def _formatter(prog: str) -> argparse.HelpFormatter:
    # without a width argparse imports shutil, for every option anew
    columns = os.environ.get("COLUMNS", "")
    return argparse.HelpFormatter(prog, max_help_position=32, width=int(columns) if columns.isdigit() else 100)


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. It raises UsageError."""
    made = Parser(
        "lora-lint",
        usage="lora-lint [OPTIONS] [PATHS]",
        description="Follows PEFT models through training scripts, and says which adapter will be missing.",
        epilog=EPILOG,
        allow_abbrev=False,
    )
    paths = "files and folders; `-` is standard input, and without any the working folder is linted"
    made.add_argument("paths", nargs="*", metavar="PATHS", help=paths)
    made.add_argument("--version", action="version", version=f"lora-lint {__version__}")
    groups: dict[str, Any] = {}
    for option in OPTIONS:
        if option.group not in groups:
            groups[option.group] = made.add_argument_group(option.group)
        groups[option.group].add_argument(*option.flags, help=option.help, **option.more)
    return made
