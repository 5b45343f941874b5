"""`--write-baseline` and `--baseline`: findings that are known and not reported again.

A finding is known by its file, its rule and the text of its line, so that it stays known when lines move.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import lora_lint
from lora_lint import Finding, Result
from lora_lint.cli.options import Options, UsageError
from lora_lint.cli.output import Lines, exit_code, tell_problems

VERSION = 1


def write(path: str, result: Result, lines: Lines, options: Options) -> int:
    """Writes a baseline; nothing where what was named is not there, or none of it could be linted: an empty baseline
    would take the place of a good one. Raises UsageError, also where a file that is none stands in its place."""
    if os.path.exists(path):
        _read(path)
    tell_problems(result.problems)
    if not result.linted or not all(problem.found for problem in result.problems):
        raise UsageError(f"{path}: not written, since not all that was named could be linted")
    findings = result.findings
    base = os.path.dirname(os.path.abspath(path))
    entries = [_entry(finding, lines, base) for finding in findings]
    content = json.dumps({"lora-lint-baseline": VERSION, "findings": entries}, indent=2) + "\n"
    try:
        lora_lint.put(path, content.encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    print(f"lora-lint: {len(findings)} finding{'' if len(findings) == 1 else 's'} written to {path}", file=sys.stderr)
    return exit_code(result, options, found=False)


def without_known(path: str, findings: Sequence[Finding], lines: Lines) -> list[Finding]:
    """The findings that are not in a baseline. Raises UsageError where it cannot be read."""
    known = Counter(_key(entry) for entry in _read(path))
    base = os.path.dirname(os.path.abspath(path))
    new = []
    for finding in findings:
        key = _key(_entry(finding, lines, base))
        if known[key] > 0:
            known[key] -= 1
        else:
            new.append(finding)
    return new


def _entry(finding: Finding, lines: Lines, base: str) -> dict[str, str]:
    rows = lines(finding.filename, finding.cell)
    row = finding.location.row
    return {
        "filename": os.path.relpath(finding.filename, base).replace(os.sep, "/"),
        "code": finding.code,
        "line": rows[row - 1].strip() if 0 < row <= len(rows) else "",
    }


def _key(entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(entry.get(name)) for name in ("filename", "code", "line"))


def _read(path: str) -> list[dict[str, Any]]:
    try:
        with open(path, encoding="utf-8") as file:
            read = json.load(file)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}; --write-baseline {path} makes one") from None
    except ValueError:
        read = None
    entries = read.get("findings") if isinstance(read, dict) and read.get("lora-lint-baseline") == VERSION else None
    if not isinstance(entries, list):
        raise UsageError(f"{path}: is not a baseline that lora-lint wrote")
    return [entry for entry in entries if isinstance(entry, dict)]
