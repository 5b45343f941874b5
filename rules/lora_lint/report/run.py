"""What one run of lora-lint has to report, for every format alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from lora_lint.finding import Finding

SEVERITIES = ("error", "warning", "hint")


class Unlinted(Protocol):
    """A file that could not be linted, or that was only in part where it is not `fatal`.

    What is `grave` keeps a run without findings from being a success.
    """

    @property
    def filename(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def row(self) -> int | None: ...
    @property
    def fatal(self) -> bool: ...
    @property
    def grave(self) -> bool: ...


class RuleText(Protocol):
    """What a format tells of a rule."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def url(self) -> str: ...


class Run(NamedTuple):
    """Findings in order, what could not be linted, and how many files there were and were linted.

    `lines` gives the lines of a file or of a notebook's cell, `rules` all rules. `base` is the folder that paths are
    shown from. `fixed` findings are corrected already, `known` ones are in the baseline and left out;
    `unsafe` says whether --fix makes unsafe fixes, `counted` whether a last line counts the findings.
    """

    findings: Sequence[Finding]
    problems: Sequence[Unlinted]
    files: int
    linted: int
    version: str
    base: str
    lines: Callable[[str, int | None], Sequence[str]]
    rules: Callable[[], Iterable[RuleText]]
    colour: bool = False
    fixed: int = 0
    known: int = 0
    unsafe: bool = False
    counted: bool = True

    @property
    def unlinted(self) -> list[Unlinted]:
        """What left a file without its findings."""
        return [problem for problem in self.problems if problem.grave]

    def shown(self, filename: str) -> str:
        """A path as people read it: from the base where it lies below it."""
        if not os.path.isabs(filename):
            return filename
        relative = os.path.relpath(filename, self.base)
        return filename if relative.startswith(os.pardir) else relative

    def path(self, filename: str) -> str:
        """The same path as programs read it, on every system alike."""
        return self.shown(filename).replace(os.sep, "/")

    def line(self, filename: str, cell: int | None, row: int) -> str:
        """One line of a file, empty where the file ends before it."""
        lines = self.lines(filename, cell)
        return lines[row - 1] if 0 < row <= len(lines) else ""


def where(run: Run, finding: Finding) -> str:
    """`train.py:53:1`, or `train.ipynb:cell 3:5:1` in a notebook."""
    cell = f":cell {finding.cell}" if finding.cell is not None else ""
    return f"{run.shown(finding.filename)}{cell}:{finding.location.row}:{finding.location.column}"


def extent(problem: Unlinted) -> str:
    """How far a file was linted, in words."""
    return "not linted" if problem.fatal else "linted in part"


def fingerprints(run: Run) -> list[str]:
    """For each finding what stays the same when lines move: by file, rule, the text of its line, and which of them."""
    seen: dict[str, int] = {}
    found = []
    for finding in run.findings:
        text = run.line(finding.filename, finding.cell, finding.location.row).strip()
        own = f"{run.path(finding.filename)}\n{finding.code}\n{text}"
        seen[own] = seen.get(own, 0) + 1
        found.append(digest(own, str(seen[own])))
    return found


def digest(*parts: str) -> str:
    """What is always the same for the same texts."""
    from hashlib import sha256

    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def counts(run: Run) -> str:
    """The last line: how many findings of each severity, and what can be done about them."""
    if not run.counted:
        return ""
    said = []
    if run.fixed:
        said.append(f"Fixed {_number(run.fixed, 'finding')}.")
    if run.findings:
        parts = [(s, sum(f.severity == s for f in run.findings)) for s in SEVERITIES]
        listed = [_number(count, severity) for severity, count in parts if count]
        text = " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)
        places = len({finding.filename for finding in run.findings})
        said.append(f"Found {text} in {places} of {_number(run.files, 'file')}.")
        safe = sum(f.fix is not None and (f.fix.applicability == "safe" or run.unsafe) for f in run.findings)
        unsafe = sum(f.fix is not None for f in run.findings) - safe
        if safe:
            said.append(f"{safe} can be fixed with --fix{f', {unsafe} more with --unsafe-fixes' if unsafe else ''}.")
        elif unsafe:
            said.append(f"{unsafe} can be fixed with --fix --unsafe-fixes.")
    elif run.linted:
        said.append(f"No findings in {_number(run.linted, 'file')}.")
    unlinted = len({problem.filename for problem in run.problems if problem.fatal})
    if unlinted and run.linted:
        said.append(f"{_number(unlinted, 'file')} could not be linted.")
    if run.known:
        said.append(f"{_number(run.known, 'finding')} of the baseline not shown.")
    return " ".join(said)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
