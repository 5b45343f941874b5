"""The table at the end: by rule, what is caught, what is reported falsely, which fixes were run, what disagreed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.prove.caught import Caught
from tests.prove.script import FIXED, Claim, Script

COLUMNS = (
    "rule",
    "cases caught",
    "examples caught",
    "false alarms",
    "scripts run",
    "fixes run",
    "confirmed",
    "disagree",
)


class Table:
    """Counts by rule. A fix is a text that the tool itself made."""

    def __init__(self, cases: Caught, pages: Caught) -> None:
        self.cases, self.pages = cases, pages
        self.scripts: dict[str, set[Script]] = {}
        self.fixes: dict[str, set[Script]] = {}
        self.confirmed: dict[str, set[Script]] = {}
        self.disagreed: Counter[str] = Counter()

    @property
    def wrong(self) -> int:
        """Disagreements, marks that are missed, and false alarms."""
        sets = (self.cases, self.pages)
        missed = sum(caught.wanted.total() - caught.met.total() for caught in sets)
        return self.disagreed.total() + missed + sum(caught.false.total() for caught in sets)

    def add(self, script: Script, claim: Claim, result: dict[str, Any], disagreements: list[str]) -> None:
        self.scripts.setdefault(claim.rule, set()).add(script)
        if claim.kind == FIXED:
            self.fixes.setdefault(claim.rule, set()).add(script)
            if result["verdict"] == "confirmed":
                self.confirmed.setdefault(claim.rule, set()).add(script)
        self.disagreed[claim.rule] += bool(disagreements)

    def text(self) -> str:
        """The table in Markdown."""
        rules = sorted(self.scripts)
        rows = [COLUMNS, *(self._row(rule, [rule]) for rule in rules), self._row("all", rules)]
        widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
        lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
        lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
        return "\n".join(lines)

    def _row(self, name: str, rules: list[str]) -> tuple[str, ...]:
        def share(caught: Caught) -> str:
            wanted = sum(caught.wanted[rule] for rule in rules)
            return f"{sum(caught.met[rule] for rule in rules)}/{wanted}" if wanted else "-"

        false = sum(caught.false[rule] for caught in (self.cases, self.pages) for rule in rules)
        counts = [
            sum(len(found.get(rule, ())) for rule in rules) for found in (self.scripts, self.fixes, self.confirmed)
        ]
        disagreed = sum(self.disagreed[rule] for rule in rules)
        return (name, share(self.cases), share(self.pages), *map(str, (false, *counts, disagreed)))
