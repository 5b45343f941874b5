"""`--write-baseline`: the findings of today, which `--baseline` leaves out from now on."""

from __future__ import annotations

import sys

import lora_lint
from lora_lint import Result
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.output import Lines, exit_code, tell_problems


def write(path: str, result: Result, lines: Lines, options: Options) -> int:
    """Writes a baseline; nothing where what was named is not there, or none of it could be linted: an empty baseline
    would take the place of a good one. Raises UsageError and ConfigError."""
    tell_problems(result.problems)
    if not result.linted or not all(problem.found for problem in result.problems):
        raise UsageError(f"{path}: not written, since not all that was named could be linted")
    lora_lint.write_baseline(path, result.findings, lines)
    count = len(result.findings)
    print(f"lora-lint: {count} finding{'' if count == 1 else 's'} written to {path}", file=sys.stderr)
    return exit_code(result, options, found=False)
