"""Corrects a script as the editor has it: applies fixes and lints again until none is left.

Works on a file within its project and on a notebook's cells alike. A fix that also edits other files is left to its
own quick fix, where the user sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lora_lint import Edit, Finding
from lora_lint_lsp.target import Target
from lora_lint_lsp.text import split_lines

MOST_ROUNDS = 10


def corrected(
    target: Target, check: Callable[[Target], Sequence[Finding]], wanted: Callable[[Finding], bool]
) -> Target:
    """The target with all wanted fixes made. Raises what `check` raises for the text as it was."""
    findings = check(target)
    for _ in range(MOST_ROUNDS):
        edits = chosen(findings, target.name, wanted)
        if not edits:
            break
        changed = applied(target, edits)
        after = check(changed)
        if len(after) >= len(findings):  # a fix that corrects nothing is none
            break
        target, findings = changed, after
    return target


def chosen(findings: Iterable[Finding], name: str, wanted: Callable[[Finding], bool]) -> list[Edit]:
    """The edits of wanted fixes that can be made in one go."""
    taken: list[Edit] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not wanted(finding) or any(edit.filename != name for edit in fix.edits):
            continue
        new = [edit for edit in fix.edits if edit not in taken]
        if not any(_touch(a, b) for a in new for b in taken):
            taken += new
    return taken


def applied(target: Target, edits: Sequence[Edit]) -> Target:
    """The target with edits made."""
    if target.cells is None:
        return target._replace(text=_applied(target.text or "", edits))
    return target._replace(
        cells={
            number: _applied(text, [edit for edit in edits if edit.cell == number])
            for number, text in target.cells.items()
        }
    )


def _applied(text: str, edits: Iterable[Edit]) -> str:
    lines = split_lines(text)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for edit in sorted(edits, key=lambda e: (e.location, e.end_location), reverse=True):
        start, end = (
            min(starts[min(place.row - 1, len(lines))] + place.column - 1, len(text))
            for place in (edit.location, edit.end_location)
        )
        text = text[:start] + edit.content + text[end:]
    return text


def _touch(a: Edit, b: Edit) -> bool:
    return a.cell == b.cell and a.location <= b.end_location and b.location <= a.end_location
