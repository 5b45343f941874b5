"""argparse, with its complaints in one line."""

from __future__ import annotations

import argparse
import os
from typing import Any, NoReturn

from lora_lint import nearest
from lora_lint.cli.options import UsageError


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
