"""The command line: reads the options, and hands over to what they ask for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from lora_lint import ConfigError
from lora_lint.cli.arguments import parse
from lora_lint.cli.options import UsageError
from lora_lint.cli.together import module_for

FAILED = 2

# options that the runner takes over, with all others of the same command line
RUNNER = ("--run", "--inspect", "--rescue")


def main(argv: Sequence[str]) -> int:
    """Runs one command line, and gives its exit code."""
    try:
        if _for_the_runner(argv):
            return _run(list(argv))
        options = parse(argv)
        return int(_loaded(module_for(options)).run(options))
    except (ConfigError, UsageError) as error:
        print(f"lora-lint: {error}", file=sys.stderr)
        return FAILED


def _loaded(module: str) -> Any:
    from importlib import import_module

    return import_module(f"lora_lint.cli.{module}")


def _for_the_runner(argv: Sequence[str]) -> bool:
    own = argv[: argv.index("--")] if "--" in argv else argv
    return any(argument.partition("=")[0] in RUNNER for argument in own)


def _run(argv: list[str]) -> int:
    try:
        from lora_lint_runner.command import main as run
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("lora_lint_runner"):
            raise
        raise UsageError(
            "--run and --inspect need the runner, which this installation lacks: pip install lora-lint"
        ) from None
    return int(run(argv))
