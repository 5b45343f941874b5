"""Fixes are tried before they are offered: the fixed text is linted, and compared with what was found before.

A fix that leaves its finding, breaks the file, or writes a line that is a finding itself is no fix. One that lets the
script come to another finding, which has no safe fix of its own, is unsafe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from lora_lint.finding import Finding
from lora_lint.fixes.applying.edited import Edited, Rows
from lora_lint.fixes.applying.rounds import choose_fixes, edits_of, said

# lints of fixed texts for one script, and the steps that they may have taken together before another one: fixes that
# would need more are not offered
MOST_TRIALS, MOST_STEPS = 12, 20_000


class Tried(NamedTuple):
    """What linting fixed texts gave: the findings without their fixes, one with its fix, and the steps it took."""

    findings: list[Finding]
    fixed: Callable[[Finding], Finding]
    steps: int


class Outcome(NamedTuple):
    """What linting shows with some fixes made: is one of their findings left, which are new, is one in new text?"""

    left: bool
    brought: list[Finding]
    inserted: bool = False

    @property
    def clean(self) -> bool:
        return not self.left and not self.brought


BROKEN = Outcome(True, [])

Lint = Callable[[Mapping[str, str], Callable[[Tried], Outcome]], "Outcome | None"]


def untried(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in a script that is too big to be followed to its end: what a fix does there is not seen."""
    return [f if f.fix is None else f._replace(fix=f.fix._replace(applicability="unsafe")) for f in findings]


class Trials:
    """Tries the fixes of one script's findings.

    Places count in the linted texts: `texts` are those of the files that fixes edit, and `lint` compares what is found
    in the script with other texts in place of some of them, and gives None where one is no Python any more.
    """

    def __init__(self, findings: Sequence[Finding], texts: Mapping[str, str], lint: Lint) -> None:
        self.findings, self.texts, self.lint = findings, texts, lint
        self._trials = self._steps = 0

    def tried(self) -> list[Finding]:
        """The findings, in their order, with the fixes that hold."""
        verdicts: dict[int, Finding] = {}
        for unsafe in (False, True):  # those that --fix makes in one go are tried in one go
            waiting = [f for f in self.findings if f.fix is not None and (f.fix.applicability != "safe") is unsafe]
            while waiting:
                group = choose_fixes(waiting, unsafe=unsafe)
                verdicts |= {id(finding): judged for finding, judged in zip(group, self._judged(group), strict=True)}
                waiting = [finding for finding in waiting if id(finding) not in verdicts]
        return [verdicts.get(id(finding), finding) for finding in self.findings]

    def _judged(self, group: list[Finding]) -> list[Finding]:
        """All of a group where they hold together, else each by itself, found by halving."""
        outcome = self._outcome(group)
        if outcome.clean:
            return group
        if len(group) > 1:
            half = len(group) // 2
            return [*self._judged(group[:half]), *self._judged(group[half:])]
        [finding] = group
        if outcome.left or outcome.inserted or finding.fix is None:
            return [finding._replace(fix=None)]
        if all(other.fix is not None and other.fix.applicability == "safe" for other in outcome.brought):
            return [finding]
        return [finding._replace(fix=finding.fix._replace(applicability="unsafe"))]

    def _outcome(self, group: Sequence[Finding]) -> Outcome:
        if self._trials == MOST_TRIALS or self._steps > MOST_STEPS:
            return BROKEN
        self._trials += 1
        made = {name: Edited(self.texts[name], edits) for name, edits in edits_of(group).items()}
        texts = {name: edited.text for name, edited in made.items()}
        return self.lint(texts, lambda tried: self._compared(group, tried, made)) or BROKEN

    def _compared(self, group: Sequence[Finding], tried: Tried, made: Mapping[str, Edited]) -> Outcome:
        """Findings are the same where rule and place are; a statement that moved takes its message along."""
        self._steps += tried.steps
        rows = {name: Rows(edited.text) for name, edited in made.items()}

        def place(finding: Finding) -> object:
            own = rows.get(finding.filename)
            return own.offset(finding.location) if own is not None else finding.location

        def moved(finding: Finding) -> object:
            own = made.get(finding.filename)
            return own.moved(finding.location) if own is not None else finding.location

        new = {(f.filename, f.code, place(f)): f for f in tried.findings}
        same = {id(f): new.pop((f.filename, f.code, moved(f)), None) for f in self.findings}
        brought = list(new.values())
        for finding in self.findings:
            if same[id(finding)] is None:
                twin = next((f for f in brought if said(f) == said(finding)), None)
                same[id(finding)] = twin
                brought = [f for f in brought if f is not twin]
        left = any(same[id(finding)] is not None for finding in group)
        inserted = any(
            f.filename in made and made[f.filename].inserted(rows[f.filename].offset(f.location)) for f in brought
        )
        if len(group) == 1 and not left and not inserted:  # only then their fixes decide anything
            brought = [tried.fixed(finding) for finding in brought]
        return Outcome(left, brought, inserted)
