"""A code quality report as GitLab reads it."""

from __future__ import annotations

import json
import os

from lora_lint.report.run import Run, fingerprints

SEVERITIES = {"error": "major", "warning": "minor", "hint": "info"}


def render(run: Run) -> str:
    """A JSON array with one entry for each finding."""
    entries = [
        {
            "description": f"{finding.code} {finding.name}: {finding.message}",
            "check_name": finding.name,
            "fingerprint": fingerprint,
            "severity": SEVERITIES[finding.severity],
            "location": {
                "path": run.shown(finding.filename).replace(os.sep, "/"),
                "positions": {
                    "begin": {"line": finding.location.row, "column": finding.location.column},
                    "end": {"line": finding.end_location.row, "column": finding.end_location.column},
                },
            },
        }
        for finding, fingerprint in zip(run.findings, fingerprints(run))
    ]
    return json.dumps(entries, indent=2) + "\n"
