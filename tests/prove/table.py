"""The table at the end: by rule, how many scripts and fixes were executed, and what disagreed."""

from __future__ import annotations

from typing import Any

from tests.prove.script import FIXED, Claim, Script

COLUMNS = ("rule", "scripts", "fixes", "confirmed", "disagreements")


class Table:
    """Counts by rule. A fix is a text that the tool itself made."""

    def __init__(self) -> None:
        self.scripts: dict[str, set[Script]] = {}
        self.fixes: dict[str, set[Script]] = {}
        self.confirmed: dict[str, set[Script]] = {}
        self.disagreed: dict[str, int] = {}

    @property
    def wrong(self) -> int:
        return sum(self.disagreed.values())

    def add(self, script: Script, claim: Claim, result: dict[str, Any], disagreements: list[str]) -> None:
        self.scripts.setdefault(claim.rule, set()).add(script)
        if claim.kind == FIXED:
            self.fixes.setdefault(claim.rule, set()).add(script)
            if result["verdict"] == "confirmed":
                self.confirmed.setdefault(claim.rule, set()).add(script)
        self.disagreed[claim.rule] = self.disagreed.get(claim.rule, 0) + bool(disagreements)

    def text(self) -> str:
        rows = [
            (
                rule, len(self.scripts[rule]), len(self.fixes.get(rule, ())), len(self.confirmed.get(rule, ())),
                self.disagreed[rule],
            )
            for rule in sorted(self.scripts)
        ]  # fmt: skip
        rows.append(("all", *(sum(row[n] for row in rows) for n in range(1, 5))))  # type: ignore[misc, arg-type]
        widest = max(len(row[0]) for row in rows)
        return "\n".join(
            f"{row[0]:<{widest}}  "
            + "  ".join(f"{cell:>{max(9, len(head))}}" for cell, head in zip(row[1:], COLUMNS[1:]))
            for row in [COLUMNS, *rows]
        )
