"""`--fix` and `--diff`: corrects files, or shows what would be corrected."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator

import lora_lint
from lora_lint import Change, Result
from lora_lint.cli import stdin
from lora_lint.cli.lint import report
from lora_lint.cli.options import Options
from lora_lint.cli.output import Progress, coloured, emit, exit_code, shown, tell_problems
from lora_lint.cli.settings import configs_for, run_config
from lora_lint.cli.writing import write
from lora_lint.report.colour import paint


def run(options: Options) -> int:
    """Corrects the paths and reports what remains. Raises ConfigError and UsageError."""
    configs = configs_for(options)
    unsafe = run_config(options, configs).unsafe_fixes
    data = None
    progress = Progress(options)
    try:
        if stdin.STDIN in options.paths:
            data = stdin.read()
            corrected = lora_lint.fix_text(stdin.name_of(options), data, configs, unsafe=unsafe)
        else:
            corrected = lora_lint.fix_paths(
                options.paths or ["."],
                configs,
                unsafe=unsafe,
                force_exclude=options.force_exclude,
                progress=progress.teller(),
            )
    finally:
        progress.end()
    if options.diff:
        return _show(corrected, options)
    problems = corrected.problems
    failed = []
    if data is not None:
        sys.stdout.buffer.write(corrected.changes[0].after if corrected.changes else data)
        sys.stdout.flush()
    else:
        failed = [problem for change in corrected.changes if (problem := write(change)) is not None]
    unwritten = {problem.filename for problem in failed}
    remaining = corrected.remaining
    if unwritten:  # what was found in these files is still there
        remaining = [finding for finding in remaining if finding.filename not in unwritten]
        remaining += lora_lint.check_paths(sorted(unwritten), configs).findings
    result = Result(remaining, [*problems, *failed], corrected.files)
    given = {change.path: change.after for change in corrected.changes if change.path not in unwritten}
    if data is not None:
        given.setdefault(stdin.name_of(options), data)
    fixed = sum(finding.filename not in unwritten for finding in corrected.applied)
    code = report(options, configs, result, given, fixed=fixed, to_stderr=data is not None)
    if options.exit_non_zero_on_fix and code == 0 and corrected.changes:
        code = 1
    return 2 if failed else code


# -- showing -----------------------------------------------------------------------------------------------------------


def _show(corrected: lora_lint.Corrected, options: Options) -> int:
    """Prints the changes as a unified diff. Exit 1 where there are any."""
    colour = options.output_file is None and coloured(sys.stdout)
    emit("".join(line for change in corrected.changes for line in _diff(change, colour)), options)
    tell_problems(corrected.problems)
    if not options.quiet:
        count = len(corrected.applied)
        print(f"lora-lint: would fix {count} finding{'' if count == 1 else 's'}", file=sys.stderr)
    result = Result([], corrected.problems, corrected.files)
    return exit_code(result, options, found=bool(corrected.changes))


def _diff(change: Change, colour: bool) -> Iterator[str]:
    """A diff that `patch` takes; of a notebook, one for each changed cell."""
    before, after = _texts(change.path, change.before), _texts(change.path, change.after)
    for cell, lines in after.items():
        name = shown(change.path) + (f":cell {cell}" if cell is not None else "")
        name += "\t" if " " in name and cell is None else ""  # where `patch` sees that the name ends
        for line in difflib.unified_diff(before.get(cell, []), lines, name, name):
            text = line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            role = {"+": "added", "-": "removed", "@": "step"}.get(line[:1], "")
            yield paint(text.rstrip("\n"), role, colour) + "\n" if role else text


def _texts(path: str, data: bytes) -> dict[int | None, list[str]]:
    """The lines of a file, or of a notebook's cells, as they end there."""
    if not path.endswith(".ipynb"):
        return {None: re.findall(r"[^\n]*\n|[^\n]+$", lora_lint.decode(data).text)}
    return {
        cell: [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
        for cell, lines in lora_lint.lines_in(path, data).items()
    }
