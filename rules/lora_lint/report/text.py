"""Findings for people: each with its story in the source, what is missing, and what its fix does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lora_lint.report.colour import paint, plain
from lora_lint.report.run import Run, counts, where

if TYPE_CHECKING:
    from lora_lint.finding import Finding


def render(run: Run) -> str:
    """All findings, and a last line that counts them."""
    parts = [f"{_finding(run, finding)}\n" for finding in run.findings]
    last = counts(run)
    return "\n".join([*parts, *([f"{last}\n"] if last else [])])


def headline(run: Run, finding: Finding) -> str:
    """`train.py:53:1: error LL101 save-after-merge: what is wrong`."""
    severity = paint(finding.severity, finding.severity, run.colour)
    code = paint(finding.code, "rule", run.colour)
    return f"{plain(where(run, finding))}: {severity} {code} {finding.name}: {plain(finding.message)}"


def _finding(run: Run, finding: Finding) -> str:
    from lora_lint.report.snippets import snippet

    drawn = snippet(run, finding)
    gutter = len(str(max([finding.location.row, *(step.location.row for step in finding.related)])))
    equals = paint(" " * gutter + " =", "gutter", run.colour)
    notes = [plain(note) for note in finding.notes]
    if finding.fix is not None:
        notes.append(f"fix: {plain(finding.fix.message)} ({finding.fix.applicability})")
    notes.append(f"lora-lint --explain {finding.code}")
    return "\n".join([headline(run, finding), *drawn, *(f"{equals} {note}" for note in notes)])
