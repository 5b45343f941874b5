"""How many findings each rule has."""

from __future__ import annotations

import json
from collections import Counter

from lora_lint.report.run import Run


def render(run: Run, output_format: str) -> str:
    """A line for each rule, most findings first; a JSON array with `--output-format json`."""
    found = Counter((finding.code, finding.name) for finding in run.findings)
    fixable = {finding.code for finding in run.findings if finding.fix is not None}
    rows = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    if output_format == "json":
        listed = [{"code": c, "name": n, "count": count, "fixable": c in fixable} for (c, n), count in rows]
        return json.dumps(listed, indent=2) + "\n"
    width = max((len(str(count)) for _, count in rows), default=0)
    return "".join(
        f"{count:>{width}}  {code}  {'[*]' if code in fixable else '[ ]'}  {name}\n" for (code, name), count in rows
    )
