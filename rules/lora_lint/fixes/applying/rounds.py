"""Fixes in rounds: made as far as they can be in one go, linted again, until none is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

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


class Texts(Protocol):
    """What fixes are made in."""

    def edit(self, edits: Mapping[str, list[Edit]]) -> None:
        """Makes edits, by file. Raises UnicodeEncodeError where a file's encoding lacks a character of them."""

    def take_back(self) -> None:
        """The last edits are undone."""

    def found(self) -> list[Finding] | None:
        """The findings as it is now; None where the edits broke it."""


class Rounds:
    """Fixes are made, what they make is linted, and so on until none is left: this is what every door corrects with.

    A round that breaks a file is made again with half of its fixes, and so on, until the one that does is alone: it is
    refused, and the others are made. So is one that leaves its finding. `applied` are the findings that are gone,
    `findings` those that stay.
    """

    def __init__(
        self, findings: Sequence[Finding], *, unsafe: bool = False, select: Callable[[Finding], bool] | None = None
    ) -> None:
        self.findings = list(findings)
        self.applied: list[Finding] = []
        self.unsafe, self.select = unsafe, select
        self._refused: set[tuple[str, str, str]] = set()
        self._tries = MOST_ROUNDS + 2 * len(findings)
        self._most: int | None = None
        self._seen = Counter(map(said, findings))  # the most of a kind that there were at once

    def run(self, texts: Texts) -> None:
        """Corrects. Raises what linting raises, with the last edits made."""
        while self._tries and (chosen := self._chosen()):
            self._tries -= 1
            try:
                texts.edit(edits_of(chosen))
            except UnicodeEncodeError:
                self._broke(chosen)
                continue
            after = texts.found()
            stuck = self._stuck(chosen, after) if after is not None else []
            if after is not None and not stuck:
                self._most = None
                self.applied += chosen
                self.findings = after
                self._seen |= Counter(map(said, after))
                continue
            texts.take_back()
            if after is None:
                self._broke(chosen)
            self._refused |= {said(finding) for finding in stuck}
        self.applied = self._gone()

    def _gone(self) -> list[Finding]:
        """Those of `applied` that are gone. Where others went in the same round, a finding that stayed was taken for
        another one of its kind, until its fix was made alone."""
        gone = self._seen - Counter(map(said, self.findings))
        found = []
        for finding in self.applied:
            kind = said(finding)
            if kind not in self._refused or gone[kind] > 0:
                gone[kind] -= 1
                found.append(finding)
        return found

    def refused(self, finding: Finding) -> bool:
        """Does its fix leave it as it is, or break a file?"""
        return finding.fix is not None and said(finding) in self._refused

    def _chosen(self) -> list[Finding]:
        return choose_fixes(self.findings, unsafe=self.unsafe, select=self._may)[: self._most]

    def _may(self, finding: Finding) -> bool:
        return said(finding) not in self._refused and (self.select is None or self.select(finding))

    def _stuck(self, chosen: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
        """Those that were to be corrected and are still there. Where fewer are left, its like may be another one."""
        left = set(map(said, after)) if len(after) >= len(self.findings) else set()
        return [finding for finding in chosen if said(finding) in left]

    def _broke(self, chosen: Sequence[Finding]) -> None:
        """A file was no Python any more, or could not be written in its encoding."""
        self._most = len(chosen) // 2 or None
        if self._most is None:
            self._refused |= {said(finding) for finding in chosen}


def edits_of(findings: Iterable[Finding]) -> dict[str, list[Edit]]:
    """The edits of the fixes of findings, by file."""
    edits: dict[str, list[Edit]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix is not None else ():
            edits.setdefault(edit.filename, []).append(edit)
    return edits


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
