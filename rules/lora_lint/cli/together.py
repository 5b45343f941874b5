"""Which options go together: what would be left out without a word is said instead."""

from __future__ import annotations

from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.stdin import STDIN

# what a command line can ask for besides linting: one of them at a time
COMMANDS = (
    "rules", "explain", "completion", "show_settings", "show_files", "trace", "watch", "add_noqa", "write_baseline",
    "diff", "fix",
)  # fmt: skip
TOGETHER = {"diff", "fix"}  # what --fix would change
WITH_OUTPUT = (None, "trace", "diff", "fix")
SCRIPTS = (".py", ".pyi", ".ipynb")


def check(options: Options) -> None:
    """Raises UsageError for options of which one would have no effect, or another one than was meant."""
    asked = [name for name in COMMANDS if getattr(options, name)]
    if len(asked) > 1 and set(asked) != TOGETHER:
        raise UsageError(f"{_flag(asked[0])} and {_flag(asked[1])} are two commands: choose one")
    _check_paths(options)
    output = options.output_file
    if output is None:
        return
    command = asked[0] if asked else None
    if command not in WITH_OUTPUT:
        raise UsageError(f"--output-file takes findings, and {_flag(command or '')} has none")
    if output.endswith(SCRIPTS):
        raise UsageError(f"--output-file: {output} is a script by its name; findings would take its place")


def _check_paths(options: Options) -> None:
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
