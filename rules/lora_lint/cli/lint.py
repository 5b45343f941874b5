"""`lora-lint [PATHS]`: lints, and prints what was found."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import lora_lint
from lora_lint.cli import stdin
from lora_lint.cli.options import Options
from lora_lint.cli.output import Lines, Progress, coloured, emit, exit_code, tell_problems
from lora_lint.cli.settings import configs_for, run_config
from lora_lint.cli.together import READ_BY_PEOPLE
from lora_lint.report import Run, render

if TYPE_CHECKING:
    from lora_lint import Configs, Finding, Problem


def run(options: Options) -> int:
    """Lints the paths, prints, and gives the exit code. Raises ConfigError and UsageError."""
    configs = configs_for(options)
    run_config(options, configs)
    if stdin.STDIN in options.paths:
        data, name = stdin.read(), stdin.name_of(options)
        return report(options, configs, lora_lint.check_text(name, data, configs), {name: data})
    progress = Progress(options)
    try:
        result = lora_lint.check_paths(
            options.paths or ["."],
            configs,
            force_exclude=options.force_exclude,
            cached=not options.no_cache,
            processes=True,
            progress=progress.teller(),
        )
    finally:
        progress.end()
    return report(options, configs, result)


def _rules() -> tuple[lora_lint.RuleInfo, ...]:
    return lora_lint.rules()  # only some formats ask for them


def report(
    options: Options,
    configs: Configs,
    result: lora_lint.Result,
    given: Mapping[str, bytes] | None = None,
    *,
    fixed: int = 0,
    to_stderr: bool = False,
) -> int:
    """Prints a result as the options ask for, and gives the exit code. Raises ConfigError and UsageError."""
    config = run_config(options, configs)
    output_format = options.output_format or config.output_format
    human = output_format in READ_BY_PEOPLE
    stream = sys.stderr if to_stderr else sys.stdout
    findings: Sequence[Finding] = result.findings
    problems: Sequence[Problem] = result.problems
    lines = Lines(given)
    known = 0
    baseline: str | None = options.baseline or config.baseline
    if options.write_baseline:
        from lora_lint.cli.baseline import write

        return write(options.write_baseline, result, lines, options)
    if baseline:
        before = len(findings)
        findings = lora_lint.without_known(baseline, findings, lines)
        known = before - len(findings)
    tell_problems(problems, quiet=options.quiet)
    made = Run(
        findings,
        problems,
        result.files,
        result.linted,
        lora_lint.__version__,
        os.getcwd(),
        lines,
        _rules,
        colour=human and options.output_file is None and coloured(stream),
        fixed=fixed,
        known=known,
        unsafe=config.unsafe_fixes,
        counted=not options.quiet,
    )
    if options.statistics:
        from lora_lint.report.statistics import render as statistics

        text = statistics(made, output_format)
    else:
        text = render(output_format, made)
    if human and not result.files and not problems:
        print("lora-lint: there are no Python files to lint here", file=sys.stderr)
    else:
        emit(text, options, stream)
    return exit_code(result, options, found=any(finding.severity != "hint" for finding in findings))
