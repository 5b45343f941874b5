"""The findings as a JSON array."""

from __future__ import annotations

import json

from lora_lint.report.run import Run


def render(run: Run) -> str:
    """An array of objects, with the keys that the usage page lists."""
    return json.dumps([finding.as_dict() for finding in run.findings], indent=2) + "\n"
