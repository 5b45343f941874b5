"""An outcome as plain data: the JSON object of `--output-format json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lora_lint
from lora_lint_runner.correcting import Corrected
from lora_lint_runner.outcome import Outcome
from lora_lint_runner.verdict.comparing import Site
from lora_lint_runner.verdict.observed import Observed


def plain(outcome: Outcome) -> dict[str, Any]:
    """A script's outcome."""
    return {
        "script": str(outcome.script),
        "verdict": outcome.verdict.word,
        "reason": outcome.verdict.reason,
        "before": _ran(outcome.before),
        "after": _ran(outcome.after),
        "sites": [_site(site, outcome) for site in outcome.sites],
        "lines": [line._asdict() for line in outcome.lines],
        "corrected": [_finding(f) for f in outcome.applied],
        "remaining": [_finding(f) for f in outcome.remaining],
        "written": outcome.written,
        "mode": outcome.mode,
        "notes": outcome.notes,
        "versions": outcome.versions,
        "seconds": round(outcome.seconds, 2),
        "warm_up": outcome.warm_up,
    }


def _ran(ran: Observed | None) -> dict[str, Any] | None:
    if ran is None:
        return None
    return {
        "exit": ran.exit,
        "seconds": ran.seconds,
        "error": ran.error,
        "reason": ran.reason,
        "error_at": ran.where._asdict() if ran.where is not None else None,
        "adapters": ran.adapters,
        "merged": [{k: m[k] for k in ("directory", "ok", "text", "holds")} for m in ran.merged],
        "neutralised": ran.neutralised,
        "steps": ran.steps,
        "peak_memory": ran.peak,
        "gpus": ran.gpus,
        "processes": ran.processes,
        "landlock": ran.landlock,
        "left": ran.left,
        "lacking": [lack._asdict() for lack in ran.lacking],
        "events": [{k: v for k, v in e.items() if k not in ("starts", "at")} for e in ran.events],
        "output": ran.output if ran.error else [],
    }


def _site(site: Site, outcome: Outcome) -> dict[str, Any]:
    return {
        "filename": site.filename,
        "line": site.row,
        "written_line": _as_written(site, outcome.correction),
        "cell": site.cell,
        "predicted": site.predicted,
        "observed": site.observed,
        "verdict": site.verdict,
        "sure": site.sure,
        "adapter": site.adapter,
        "model": site.model,
        "observed_model": site.seen_as,
        "why": site.why,
        "guard": site.guard._asdict() if site.guard is not None else None,
    }


def _as_written(site: Site, correction: Corrected | None) -> int:
    return correction.row_as_written(Path(site.filename), site.cell, site.row) if correction is not None else site.row


def _finding(finding: lora_lint.Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "filename": finding.filename,
        "row": finding.location.row,
        "cell": finding.cell,
        "fix": finding.fix.applicability if finding.fix is not None else None,
    }
