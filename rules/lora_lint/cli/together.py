"""What a command line asks for, and which options go with it: what would be left out without a word is said instead."""

from __future__ import annotations

import os

from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.stdin import STDIN

# what a command line can ask for besides linting, one of them at a time, and the modules that do it
COMMANDS = {
    "rules": "about",
    "explain": "about",
    "completion": "about",
    "show_settings": "about",
    "show_files": "about",
    "trace": "trace",
    "watch": "watch",
    "add_noqa": "noqa",
    "write_baseline": "lint",
    "diff": "fix",
    "fix": "fix",
}
TOGETHER = {"diff", "fix"}  # what --fix would change
WITH_OUTPUT = ("trace", "diff", "fix")
WITH_FINDINGS = ("lint", "fix", "watch")  # what they print is written in any format
READ_BY_PEOPLE = ("text", "concise")  # formats that nothing but a person reads: the same as none
OTHER_FORMATS = {"rules": "json", "explain": "json", "trace": "json", "statistics": "json"}
RUFFS_COMMAND = "check"  # `ruff check .`: who types it here means the same
SCRIPTS = (".py", ".pyi", ".ipynb")


def module_for(options: Options) -> str:
    """The module of `cli` that does what is asked for.

    Raises UsageError for options of which one would have no effect, or another one than was meant.
    """
    asked = [name for name in COMMANDS if getattr(options, name)]
    if len(asked) > 1 and set(asked) != TOGETHER:
        raise UsageError(f"{_flag(asked[0])} and {_flag(asked[1])} are two commands: choose one")
    if options.exit_zero and options.exit_non_zero_on_fix:
        raise UsageError("--exit-zero and --exit-non-zero-on-fix ask for different exit codes: choose one")
    _check_paths(options)
    if options.output_file is not None:
        _check_output(options.output_file, asked)
    command = asked[0] if asked else "lint"
    counts = options.statistics and command in WITH_FINDINGS
    _check_format(options.output_format, "statistics" if counts else command)
    return COMMANDS.get(command, command)


def _check_format(wanted: str | None, printing: str) -> None:
    if wanted is None or wanted in READ_BY_PEOPLE or printing in WITH_FINDINGS:
        return
    other = OTHER_FORMATS.get(printing)
    if wanted != other:
        only = f"text or {other}" if other else "text"
        raise UsageError(f"--output-format {wanted} is for findings: what {_flag(printing)} prints is {only}")


def _check_output(output: str, asked: list[str]) -> None:
    if asked and asked[0] not in WITH_OUTPUT:
        raise UsageError(f"--output-file takes findings, and {_flag(asked[0])} has none")
    if output.endswith(SCRIPTS):
        raise UsageError(f"--output-file: {output} is a script by its name; findings would take its place")


def _check_paths(options: Options) -> None:
    if options.paths[:1] == [RUFFS_COMMAND] and not os.path.lexists(RUFFS_COMMAND):
        del options.paths[0]
    if "" in options.paths:
        raise UsageError("a path is empty: is a variable of the shell not set?")
    if options.stdin_filename is not None and STDIN not in options.paths:
        if options.paths:
            raise UsageError("--stdin-filename names what is read from `-`, not a file on disk")
        options.paths.append(STDIN)
    if STDIN in options.paths and len(options.paths) > 1 and not options.trace:
        raise UsageError("`-` is linted by itself: name no other files beside it")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"
