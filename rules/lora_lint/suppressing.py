"""Adds suppressions: a `# noqa` comment at the first line of a finding that can carry one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lora_lint.checking import Check
from lora_lint.finding import Edit, Finding, Location
from lora_lint.fixes.applying.held import Change, edited
from lora_lint.problems import Problem, unread
from lora_lint.project.discovery import discover
from lora_lint.rules.unused_suppression import RULE as UNUSED
from lora_lint.settings.config import Config
from lora_lint.settings.configs import Configs
from lora_lint.silencing.comments import Comments
from lora_lint.silencing.rewriting import appended, with_more
from lora_lint.silencing.suppressions import suppressions_in
from lora_lint.source.document import Document
from lora_lint.source.folders import LINK_OUT, leads_out
from lora_lint.source.reading import documents_in
from lora_lint.source.text import Unreadable


class Suppressed(NamedTuple):
    """The changed files with the number of comments in each that are new or longer, and how many were linted."""

    changes: list[tuple[Change, int]]
    problems: list[Problem]
    files: int


def suppress_paths(
    paths: Iterable[str | os.PathLike[str]],
    config: Config | Configs | None = None,
    *,
    force_exclude: bool = False,
    select: Callable[[list[Finding]], list[Finding]] = list,
) -> Suppressed:
    """Adds a comment for every finding in files and folders that is selected, in memory.

    What cannot be linted is among the problems, and so are links to files outside, and findings that have no place for
    a comment. Raises ConfigError.
    """
    configs = config if isinstance(config, Configs) else Configs(config)
    found = discover(paths, configs, force=force_exclude)
    check = Check(configs, [Problem(missed.path, missed.message, found=False) for missed in found.missed])
    listed: dict[str, list[Finding]] = {}
    for finding in select(check.files(found.files)):
        if finding.code != UNUSED.code:
            listed.setdefault(finding.filename, []).append(finding)
    changes: dict[str, tuple[Change, int]] = {}  # by the file that is meant, which may have several names
    for path, findings in listed.items():
        if leads_out(path, found.files[path]):
            why = f"not changed: {os.path.relpath(path)} {LINK_OUT}"
            check.problems.append(Problem(path, why, findings[0].location.row, fatal=False))
            continue
        try:
            with open(path, "rb") as file:
                data = file.read()
            left = dict.fromkeys(findings)
            edits = list(_edits(path, data, left))
            check.problems += [_unsilenced(finding) for finding in left]
            if edits:
                changes.setdefault(os.path.realpath(path), (Change(path, data, edited(path, data, edits)), len(edits)))
        except (OSError, Unreadable) as error:
            check.problems.append(Problem(path, unread(path, error) if isinstance(error, OSError) else str(error)))
    return Suppressed(list(changes.values()), check.problems, len(found.files))


def _unsilenced(finding: Finding) -> Problem:
    why = f"not silenced: on the lines of {finding.code} no comment can stand"
    return Problem(finding.filename, why, finding.location.row, fatal=False)


def _edits(path: str, data: bytes, left: dict[Finding, None]) -> Iterator[Edit]:
    """The comments for these findings, which are taken out of `left` where they get one, or have it already."""
    for document in documents_in(path, data):
        comments = Comments(document.text)
        codes: dict[int, list[str]] = {}
        for finding in list(left):
            row = _row(document, comments, finding)
            if row is not None:
                del left[finding]
                codes.setdefault(row, []).append(finding.code)
        there = {s.row: s for s in suppressions_in(comments) if s.verb == "noqa" and not s.whole_file and s.words}
        for row, listed in codes.items():
            if row in there:  # one comment for all linters, as it stands
                rewriting = with_more(there[row], listed)
            else:
                rewriting = appended(row, comments.lines[row - 1], f"# noqa: {', '.join(dict.fromkeys(listed))}")
            if rewriting is not None:
                cell, start, end = document.span(rewriting.start, rewriting.end)
                yield Edit(path, rewriting.text, Location(*start), Location(*end), cell)


def _row(document: Document, comments: Comments, finding: Finding) -> int | None:
    """The first row of a finding that can end in a comment, in the text that is linted."""
    rows = document.rows(finding.cell, finding.location.row, finding.end_location.row)
    return next((row for row in rows if comments.can_end(row)), None)
