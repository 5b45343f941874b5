"""What interpreting one entry script showed."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.finding import Finding

# a suppression that hid something: its row, its column, and the word that covered the finding
Used = set[tuple[int, int, str]]


class Interpreted(NamedTuple):
    """Findings by file, the suppressions that hid one by file, and whether all of the script was seen."""

    findings: dict[str, list[Finding]]
    used: dict[str, Used]
    complete: bool


NOTHING = Interpreted({}, {}, False)
