"""Marks in scripts: where a finding is wanted, and what is wrong with the findings that came.

`# expect: slug-a|slug-b, slug-c` at the end of a line wants two findings there: one of the first two rules, and one of
the third. `# or: slug` marks another line on which such a finding is as right: it counts for the nearest wanted one.
On a line marked `# as good` any finding that is wanted nearby counts, and so do the other names of the same defect. The
marks are no part of the script that is linted; a line that has one keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

MARK = re.compile(r"\s*# (?:(?P<kind>expect|or): (?P<slugs>[\w|, -]+?)|as good)\s*$")
# where the merged result is thrown away and the emptied wrapper saved, each of these names the defect
SAME_DEFECT = frozenset({"save-after-merge", "emptied-adapter-saved", "merge-result-discarded"})
# an adapter of which another rule says how it is lost is never saved either
ALSO_NEVER_SAVED = "adapter-never-saved"

Row = tuple[str, int]  # file and line
Found = tuple[str, int, str]  # file, line and rule


class Marked(NamedTuple):
    """Files without their marks. `wanted` are the rules of each finding wanted on a row; `instead` has, for a row on
    which a finding is as right, the wanted row that it stands for and the rules that count there."""

    texts: dict[str, str]
    wanted: dict[Row, list[frozenset[str]]]
    instead: dict[Row, tuple[Row, frozenset[str] | None]]


class Faults(NamedTuple):
    """What a linter did not find, and what it found although nothing is wrong there."""

    missed: list[tuple[str, int, frozenset[str]]]
    false: list[Found]


def read(texts: Mapping[str, str]) -> Marked:
    """Marked files, by name."""
    bare: dict[str, str] = {}
    wanted: dict[Row, list[frozenset[str]]] = {}
    others: list[tuple[Row, frozenset[str] | None]] = []
    for name, text in texts.items():
        lines = []
        for row, line in enumerate(text.split("\n"), 1):
            mark = MARK.search(line)
            if mark is not None and mark["kind"] == "expect":
                wanted[name, row] = [frozenset(part.strip().split("|")) for part in mark["slugs"].split(",")]
            elif mark is not None:
                others.append(((name, row), frozenset(mark["slugs"].split("|")) if mark["kind"] else None))
            lines.append(line[: mark.start()] if mark is not None else line)
        bare[name] = "\n".join(lines)
    instead = {}
    for (name, row), slugs in others:
        near = min((at for at in wanted if at[0] == name), key=lambda at: abs(at[1] - row), default=None)
        near = near or next(iter(wanted), None)
        if near is not None:
            instead[name, row] = near, slugs
    return Marked(bare, wanted, instead)


def faults(marked: Marked, findings: Iterable[Found]) -> Faults:
    """Compares findings with the marks. The same defect may be told twice, but nothing else beside it."""
    missing = {at: list(parts) for at, parts in marked.wanted.items()}
    false: list[Found] = []
    for name, row, rule in findings:
        at = _counts_for(marked, (name, row), rule)
        if at is not None:
            hit = next((part for part in missing[at] if rule in part), missing[at][0] if missing[at] else None)
            if hit is not None:
                missing[at].remove(hit)
        elif rule != ALSO_NEVER_SAVED or all(name != other for other, _ in marked.wanted):
            false.append((name, row, rule))
    return Faults([(*at, part) for at, parts in missing.items() for part in parts], false)


def _counts_for(marked: Marked, at: Row, rule: str) -> Row | None:
    """The wanted row that a finding counts for; None where it is a false alarm."""
    near, others = marked.instead.get(at, (at, frozenset()))
    named = {slug for part in marked.wanted.get(near, ()) for slug in part}
    counts = named if near == at else named | SAME_DEFECT if others is None else others
    return near if rule in counts else None


def as_good(text: str, rows: Iterable[int]) -> str:
    """A text in which these rows are marked as ones on which a finding is as right."""
    lines = text.split("\n")
    for row in rows:
        if MARK.search(lines[row - 1]) is None:
            lines[row - 1] += "  # as good"
    return "\n".join(lines)
