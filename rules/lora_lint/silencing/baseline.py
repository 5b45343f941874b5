"""A baseline: a file of findings that are known and not reported again.

A finding is known by its file, its rule and the text of its line, so that it stays known when lines move.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from lora_lint.finding import Finding
from lora_lint.settings.config import ConfigError
from lora_lint.source.writing import put

VERSION = 1

Lines = Callable[[str, "int | None"], Sequence[str]]  # of a file, or of a notebook's cell


def write_baseline(path: str, findings: Sequence[Finding], lines: Lines) -> None:
    """Writes a baseline of these findings.

    Raises ConfigError where it cannot be written, also where a file that is none stands in its place.
    """
    if os.path.exists(path):
        _read(path)
    base = os.path.dirname(os.path.abspath(path))
    entries = [_entry(finding, lines, base) for finding in findings]
    content = json.dumps({"lora-lint-baseline": VERSION, "findings": entries}, indent=2) + "\n"
    try:
        put(path, content.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def without_known(path: str, findings: Sequence[Finding], lines: Lines) -> list[Finding]:
    """The findings that are not in a baseline. Raises ConfigError where it cannot be read."""
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
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; --write-baseline {path} makes one") from None
    except ValueError:
        read = None
    entries = read.get("findings") if isinstance(read, dict) and read.get("lora-lint-baseline") == VERSION else None
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: is not a baseline that lora-lint wrote")
    return [entry for entry in entries if isinstance(entry, dict)]
