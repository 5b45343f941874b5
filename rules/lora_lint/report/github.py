"""Workflow commands that GitHub Actions turns into annotations at the lines of a pull request."""

from __future__ import annotations

from lora_lint.report.run import Run, extent, where

COMMANDS = {"error": "error", "warning": "warning", "hint": "notice"}


def render(run: Run) -> str:
    """A command for each finding, and for each file that could not be linted."""
    lines = []
    for finding in run.findings:
        start, end = finding.location, finding.end_location
        place = {"file": run.path(finding.filename)}
        if finding.cell is None:  # a row in a cell is none of the file
            place |= {"line": str(start.row), "col": str(start.column), "endLine": str(end.row)}
            if end.row == start.row:
                place["endColumn"] = str(end.column)
        place["title"] = f"{finding.code} {finding.name}"
        story = [f"{step.location.row}: {step.message}" for step in finding.related]
        text = "\n".join([f"{where(run, finding)}: {finding.message}", *story, *finding.notes, finding.url])
        lines.append(_command(COMMANDS[finding.severity], place, text))
    for problem in run.unlinted:
        place = {"file": run.path(problem.filename)} | ({"line": str(problem.row)} if problem.row else {})
        lines.append(_command("error", {**place, "title": extent(problem)}, problem.message))
    return "".join(lines)


def _command(name: str, place: dict[str, str], text: str) -> str:
    settings = ",".join(f"{key}={_property(value)}" for key, value in place.items())
    return f"::{name} {settings}::{_message(text)}\n"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
