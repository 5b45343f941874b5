"""One line a finding."""

from __future__ import annotations

from lora_lint.report.run import Run, counts
from lora_lint.report.text import headline


def render(run: Run) -> str:
    """A line for each finding, `[*]` where --fix corrects it, and a last line that counts them."""
    lines = []
    for finding in run.findings:
        fixable = finding.fix is not None and (finding.fix.applicability == "safe" or run.unsafe)
        lines.append(headline(run, finding) + (" [*]" if fixable else ""))
    last = counts(run)
    return "".join(f"{line}\n" for line in [*lines, *([last] if last else [])])
