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
