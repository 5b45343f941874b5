"""`lora-lint --run` and `lora-lint --inspect`: the command line of the runner."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import lora_lint
from lora_lint_runner.options import Options, UsageError
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.output import deliver, foresee
from lora_lint_runner.parsing import parse
from lora_lint_runner.processes.interpreter import NoInterpreter
from lora_lint_runner.processes.interrupts import interruptible

CONFIRMED, FAILED, USAGE, INCONCLUSIVE, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str]) -> int:
    """Runs the command line; the exit code is 0 confirmed, 1 failed, 2 usage, 3 nothing proven."""
    try:
        options = parse(argv)
        foresee((options.output_file, options.report))
        if options.inspect:
            from lora_lint_runner.inspection.inspecting import command as inspect

            return inspect(options)
        return run(options)
    except (UsageError, lora_lint.ConfigError) as error:
        print(f"lora-lint: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("lora-lint: interrupted; everything that was started has ended", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED


def run(options: Options) -> int:
    """Runs the scripts that were asked for, and reports."""
    from lora_lint_runner.progress import Progress
    from lora_lint_runner.running import Runner
    from lora_lint_runner.scripts import find

    scripts = find(options.scripts)
    try:
        with interruptible():
            if options.executor == "ray":
                from lora_lint_runner.cluster.executor import run as run_on_ray

                outcomes = run_on_ray(scripts, options, Progress(len(scripts)))
            else:
                with Runner(options, near=scripts[0].resolve().parent, progress=Progress(len(scripts))) as runner:
                    outcomes = runner.run(scripts)
    except NoInterpreter as error:
        return _without_interpreter(scripts, options, str(error))
    outcomes, problems = _written(outcomes) if options.fix else (outcomes, [])
    report(outcomes, options)
    for problem in problems:
        print(f"lora-lint: {problem}", file=sys.stderr)
    return USAGE if problems else exit_code(outcomes)


def _written(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[str]]:
    """The outcomes after their corrections were written, and why any could not be."""
    from lora_lint_runner.writing import NotWritten, write_confirmed

    written, problems = [], []
    for outcome in outcomes:
        try:
            written.append(write_confirmed(outcome))
        except NotWritten as error:
            written.append(outcome)
            problems.append(str(error))
    return written, problems


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """The worst of all: one that failed, else one that proved nothing."""
    codes = {outcome.verdict.exit for outcome in outcomes}
    return FAILED if FAILED in codes else INCONCLUSIVE if INCONCLUSIVE in codes else CONFIRMED


def report(outcomes: Sequence[Outcome], options: Options) -> None:
    """Prints the outcomes in the form that was asked for, and writes the HTML report. Raises UsageError."""
    text = rendered(outcomes, options)
    try:
        deliver(text, options.output_file)
    except UsageError:
        deliver(text, None)  # what was found out is not lost
        raise
    if options.report is not None:
        from lora_lint_runner.report.html import render as html

        deliver(html(outcomes), options.report)


def rendered(outcomes: Sequence[Outcome], options: Options) -> str:
    """The outcomes as text, JSON (one object for a script, a list for several or a folder) or JUnit."""
    if options.output_format == "json":
        from lora_lint_runner.report import bug
        from lora_lint_runner.report.json import plain

        found = [{**plain(outcome), "report": bug.report(outcome)} for outcome in outcomes]
        many = len(options.scripts) > 1 or options.scripts[0].is_dir()
        return json.dumps(found if many else found[0], indent=2, default=str) + "\n"
    if options.output_format == "junit":
        from lora_lint_runner.report.junit import render as junit

        return junit(outcomes)
    from lora_lint_runner.report.text import render as text

    width = shutil.get_terminal_size((100, 24)).columns
    return text(outcomes, color=options.colored(), width=max(60, min(width, 120)))


def _without_interpreter(scripts: Sequence[Path], options: Options, why: str) -> int:
    from lora_lint_runner.verdict.words import INCONCLUSIVE as WORD
    from lora_lint_runner.verdict.words import Verdict

    mode = "full" if options.full else "smoke"
    outcomes = [Outcome.unrun(script, Verdict(WORD, why), mode) for script in scripts]
    report(outcomes, options)
    return INCONCLUSIVE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
