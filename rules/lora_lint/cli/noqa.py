"""`--add-noqa`: a comment for every finding that no baseline knows, so that only new ones are reported from now on."""

from __future__ import annotations

import sys

import lora_lint
from lora_lint import Result
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.output import Lines, exit_code, tell_problems
from lora_lint.cli.settings import configs_for, run_config
from lora_lint.cli.writing import write


def run(options: Options) -> int:
    """Adds the comments. Raises ConfigError and UsageError."""
    configs = configs_for(options)
    baseline = options.baseline or run_config(options, configs).baseline
    if "-" in options.paths:
        raise UsageError("--add-noqa changes files, it cannot change standard input")
    suppressed = lora_lint.suppress_paths(
        options.paths or ["."],
        configs,
        force_exclude=options.force_exclude,
        select=lambda found: lora_lint.without_known(baseline, found, Lines()) if baseline else found,
    )
    failed = []
    added = 0
    for change, count in suppressed.changes:
        failure = write(change)
        if failure is None:
            added += count
        else:
            failed.append(failure)
    tell_problems([*suppressed.problems, *failed], quiet=options.quiet)
    if not options.quiet:
        print(f"lora-lint: added {added} noqa comment{'' if added == 1 else 's'}", file=sys.stderr)
    return 2 if failed else exit_code(Result([], suppressed.problems, suppressed.files), options, found=False)
