"""The findings as JSON, one object a line."""

from __future__ import annotations

import json

from lora_lint.report.run import Run


def render(run: Run) -> str:
    """A line for each finding, with the keys of the `json` format."""
    return "".join(json.dumps(finding.as_dict()) + "\n" for finding in run.findings)
