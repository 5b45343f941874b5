"""A code quality report as GitLab reads it."""

from __future__ import annotations

import json
from typing import Any

from lora_lint.finding import Finding
from lora_lint.report.run import Run, Unlinted, digest, extent, fingerprints

SEVERITIES = {"error": "major", "warning": "minor", "hint": "info"}


def render(run: Run) -> str:
    """A JSON array with one entry for each finding, and for each file that could not be linted."""
    entries = [
        {
            "description": f"{_cell(finding)}{finding.code} {finding.name}: {finding.message}",
            "check_name": finding.name,
            "fingerprint": fingerprint,
            "severity": SEVERITIES[finding.severity],
            "location": {"path": run.path(finding.filename), **_place(finding)},
        }
        for finding, fingerprint in zip(run.findings, fingerprints(run))
    ]
    return json.dumps([*entries, *(_unlinted(run, problem) for problem in run.unlinted)], indent=2) + "\n"


def _unlinted(run: Run, problem: Unlinted) -> dict[str, Any]:
    path = run.path(problem.filename)
    return {
        "description": f"{extent(problem)}: {problem.message}",
        "check_name": "not-linted",
        "fingerprint": digest(path, problem.message),
        "severity": "major",
        "location": {"path": path, "lines": {"begin": problem.row or 1}},
    }


def _cell(finding: Finding) -> str:
    return f"cell {finding.cell}, line {finding.location.row}: " if finding.cell is not None else ""


def _place(finding: Finding) -> dict[str, Any]:
    if finding.cell is not None:  # a row in a cell is none of the file, and GitLab wants one
        return {"lines": {"begin": 1}}
    begin = {"line": finding.location.row, "column": finding.location.column}
    return {
        "positions": {"begin": begin, "end": {"line": finding.end_location.row, "column": finding.end_location.column}}
    }
