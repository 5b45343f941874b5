"""What came of one script: its verdict, both runs, the save sites."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lora_lint
from lora_lint_runner.correcting import Corrected
from lora_lint_runner.verdict.agreeing import Line
from lora_lint_runner.verdict.comparing import NO_PEFT, Site
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
        a package or an argument that is not here may do less than the real one; a run without PEFT went another way."""
        if (self.after is not None and self.after.lacking) or any(site.why == NO_PEFT for site in self.sites):
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
