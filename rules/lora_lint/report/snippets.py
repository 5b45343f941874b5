"""The source lines of a story, with what happened underlined: carets for the finding, dashes for the steps."""

from __future__ import annotations

from typing import NamedTuple

from lora_lint.finding import Finding, Location
from lora_lint.report.colour import paint, plain, width
from lora_lint.report.run import Run

WIDEST = 160  # a longer line is cut around what is underlined
MARGIN = 40


class Mark(NamedTuple):
    """What is underlined: from where to where, with which words; `main` is the finding itself."""

    start: Location
    end: Location
    text: str
    main: bool


def snippet(run: Run, finding: Finding) -> list[str]:
    """The lines of the story, file by file; where it crosses files or cells, each part has a header."""
    parts: dict[tuple[str, int | None], list[Mark]] = {}
    told = False
    for step in finding.related:
        own = (step.filename, step.cell, step.location) == (finding.filename, finding.cell, finding.location)
        told = told or own
        mark = Mark(step.location, step.end_location, step.message, own)
        parts.setdefault((step.filename, step.cell), []).append(mark)
    if not told:
        mark = Mark(finding.location, finding.end_location, "", True)
        parts.setdefault((finding.filename, finding.cell), []).append(mark)
    gutter = len(str(max(mark.start.row for marks in parts.values() for mark in marks)))
    bar = paint(" " * gutter + " |", "gutter", run.colour)
    drawn = []
    for (filename, cell), marks in parts.items():
        if len(parts) > 1:
            place = run.shown(filename) + (f":cell {cell}" if cell is not None else "")
            drawn.append(f"{paint(' ' * gutter + '-->', 'gutter', run.colour)} {place}")
        drawn.append(bar)
        drawn += _part(run, filename, cell, sorted(marks), gutter, bar, finding.severity)
    drawn.append(bar)
    return drawn


def _part(
    run: Run, filename: str, cell: int | None, marks: list[Mark], gutter: int, bar: str, severity: str
) -> list[str]:
    drawn: list[str] = []
    last = 0
    for mark in marks:
        row = mark.start.row
        line = run.line(filename, cell, row)
        first = min(mark.start.column - 1, len(line))
        end = mark.end.column - 1 if mark.end.row == row else len(line.rstrip())
        end = max(first, min(end, len(line)))
        head, shown, tail = line[:first], line[first:end], line[end:]
        cut = len(line) > WIDEST
        if cut and len(head) > MARGIN:
            head = "…" + head[-MARGIN:]
        if cut:
            shown = shown[: WIDEST - MARGIN]
            tail = tail[:MARGIN] + "…" if len(tail) > MARGIN else tail
        if row != last or cut:
            if last and row > last + 1:
                drawn.append(paint("...", "gutter", run.colour))
            number = paint(f"{row:>{gutter}} |", "gutter", run.colour)
            drawn.append(f"{number} {plain(head)}{plain(shown)}{plain(tail)}".rstrip())
        under = ("^" if mark.main else "-") * max(width(plain(shown)), 1)
        role = severity if mark.main else "step"
        words = f"{under} {plain(mark.text)}".rstrip()
        drawn.append(f"{bar} {' ' * width(plain(head))}{paint(words, role, run.colour)}")
        last = row
    return drawn
