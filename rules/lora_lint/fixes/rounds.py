"""Fixes in rounds: which of them can be made in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lora_lint.finding import Edit, Finding, Fix

MOST_ROUNDS = 12  # of lint and fix: a fix may uncover another finding


def choose_fixes(
    findings: Iterable[Finding], *, unsafe: bool = False, select: Callable[[Finding], bool] | None = None
) -> list[Finding]:
    """The findings that can be corrected in one go: their edits do not touch each other."""
    chosen: list[Finding] = []
    taken: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or (fix.applicability != "safe" and not unsafe) or (select is not None and not select(finding)):
            continue
        if any(_touch(edit, other) for edit in fix.edits for other in taken):
            continue
        chosen.append(finding)
        taken += fix.edits
    return chosen


class Rounds:
    """Which fixes to make next. A round that breaks a file is made again with half of its fixes, and so on, until the
    one that does is alone: it is refused, and the others are made.
    """

    def __init__(
        self, findings: Sequence[Finding], *, unsafe: bool = False, select: Callable[[Finding], bool] | None = None
    ) -> None:
        self.unsafe, self.select = unsafe, select
        self._refused: set[tuple[str, str, str]] = set()
        self._tries = MOST_ROUNDS + 2 * len(findings)
        self._most: int | None = None

    def chosen(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings whose fixes come next; none where all is done, or tried."""
        self._tries -= 1
        if self._tries < 0:
            return []
        return choose_fixes(findings, unsafe=self.unsafe, select=self._may)[: self._most]

    def held(self) -> None:
        """The last round is kept."""
        self._most = None

    def broke(self, chosen: Sequence[Finding]) -> None:
        """A round was taken back since a file was no Python any more, or could not be written in its encoding."""
        self._most = len(chosen) // 2 or None
        if self._most is None:
            self.refuse(chosen)

    def refuse(self, findings: Iterable[Finding]) -> None:
        """Their fixes leave them as they are, or break a file."""
        self._refused |= {said(finding) for finding in findings}

    def refused(self, finding: Finding) -> bool:
        return finding.fix is not None and said(finding) in self._refused

    def _may(self, finding: Finding) -> bool:
        return said(finding) not in self._refused and (self.select is None or self.select(finding))


def said(finding: Finding) -> tuple[str, str, str]:
    """What a finding says, wherever its line has moved to."""
    return finding.filename, finding.code, finding.message


def together(fixes: Sequence[Fix | None]) -> Fix | None:
    """One fix that serves every time a run comes through a site: the same edit each time, or edits apart.

    None where one time has no fix, or two want different text in one place: a loop's second round would overwrite
    what the first one saved.
    """
    whole = fixes[0]
    for fix in fixes[1:]:
        if whole is None or fix is None:
            return None
        new = [edit for edit in fix.edits if edit not in whole.edits]
        if any(_touch(edit, other) for edit in new for other in whole.edits):
            return None
        safe = fix.applicability == whole.applicability == "safe"
        whole = whole._replace(applicability="safe" if safe else "unsafe", edits=(*whole.edits, *new))
    return whole


def _touch(a: Edit, b: Edit) -> bool:
    together = (a.filename, a.cell) == (b.filename, b.cell)
    return together and a.location <= b.end_location and b.location <= a.end_location
