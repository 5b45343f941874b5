"""`# noqa: LL101`, `# lora-lint: ignore[save-after-merge] reason`, and their file-wide forms.

A suppression counts on any line of the statement that a finding is in. Comments are found with `tokenize`'s rules in
mind but without it: a `#` inside a string that looks like a suppression at worst suppresses what stands on its line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NOQA = re.compile(r"#\s*noqa(?P<codes>\s*:\s*[A-Za-z0-9_,\s-]+?)?\s*(?=#|$)", re.IGNORECASE)
_FILE_NOQA = re.compile(r"#\s*(?:lora-lint|flake8|ruff)\s*:\s*noqa(?P<codes>\s*:\s*[A-Za-z0-9_,\s-]+)?", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*lora-lint\s*:\s*(?P<kind>ignore|ignore-file)\s*(?:\[(?P<names>[^\]]*)\])?", re.IGNORECASE)


class Suppression(NamedTuple):
    """One comment: the row it stands on, the rules it names (none: all of them), and whether it holds for the file."""

    row: int
    names: frozenset[str]
    whole_file: bool
    text: str

    def covers(self, code: str, name: str) -> bool:
        return not self.names or code.upper() in self.names or name.lower() in self.names


def suppressions(text: str) -> list[Suppression]:
    """All suppressions of a file, in order."""
    if "noqa" not in text and "lora-lint" not in text and "NOQA" not in text:
        return []
    found: list[Suppression] = []
    for row, line in enumerate(text.splitlines(), 1):
        if "#" not in line:
            continue
        whole = _FILE_NOQA.search(line)
        if whole is not None:
            if whole.group().lower().replace(" ", "").startswith("#lora-lint") or _names(whole["codes"]):
                found.append(Suppression(row, _names(whole["codes"]), True, whole.group()))
            continue
        for match in _IGNORE.finditer(line):
            found.append(Suppression(row, _names(match["names"]), match["kind"].lower() == "ignore-file", match.group()))
        noqa = _NOQA.search(line)
        if noqa is not None:
            found.append(Suppression(row, _names(noqa["codes"]), False, noqa.group()))
    return found


def _names(listed: str | None) -> frozenset[str]:
    if listed is None:
        return frozenset()
    parts = re.split(r"[,\s]+", listed.strip(": \t"))
    return frozenset(part.upper() if re.fullmatch(r"(?i)[a-z]{1,4}\d+", part) else part.lower() for part in parts if part)
