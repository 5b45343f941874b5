"""What came of one script: its verdict, both runs, the save sites; and all of it as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.correcting import Corrected
from lora_lint_runner.verdict.agreeing import Line
from lora_lint_runner.verdict.comparing import Site
from lora_lint_runner.verdict.observed import Observed
from lora_lint_runner.verdict.words import FAILED, Verdict


class Outcome(NamedTuple):
    """A script's result. `before` and `after` are the same where there was nothing to correct; None if nothing ran."""

    script: Path
    verdict: Verdict
    before: Observed | None
    after: Observed | None
    sites: list[Site]
    applied: list[lora_lint.Finding]
    remaining: list[lora_lint.Finding]
    trace: dict[str, Any]
    seconds: float
    warm_up: float | None
    mode: str
    notes: list[str]
    sources: tuple[dict[str, str], dict[str, str]] = ({}, {})
    lines: Sequence[Line] = ()
    correction: Corrected | None = None
    written: bool = False

    @classmethod
    def unrun(
        cls,
        script: Path,
        verdict: Verdict,
        mode: str,
        *,
        remaining: Sequence[lora_lint.Finding] = (),
        trace: dict[str, Any] | None = None,
        seconds: float = 0.0,
    ) -> Outcome:
        """A script of which nothing ran; the verdict says why."""
        return cls(
            script=script,
            verdict=verdict,
            before=None,
            after=None,
            sites=[],
            applied=[],
            remaining=list(remaining),
            trace=trace or {},
            seconds=seconds,
            warm_up=None,
            mode=mode,
            notes=[],
        )

    @property
    def disagreements(self) -> list[Line]:
        """Lines that went otherwise than predicted, without an account of it in the script: one that has failed, or has
        made no step, has itself left an adapter untrained that the analysis takes for trained. What stands in for
        a package or an argument that is not here may do less than the real one."""
        if self.after is not None and self.after.lacking:
            return []
        its_own = self.verdict.word == FAILED or (self.after is not None and not self.after.steps)
        return [line for line in self.lines if line.agrees is False and not (line.untrained and its_own)]

    @property
    def wrong(self) -> bool:
        """Did something come otherwise than it was predicted, by no doing of the script's?"""
        return any(s.verdict == "contradicted" for s in self.sites) or bool(self.disagreements)

    @property
    def versions(self) -> dict[str, str]:
        ran = self.after or self.before
        return ran.versions if ran is not None else {}


def plain(outcome: Outcome) -> dict[str, Any]:
    """The JSON object of `--output-format json`."""
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
