"""SARIF 2.1.0: for GitHub code scanning, IDE viewers and whatever else collects static analysis."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

from lora_lint.finding import Edit, Finding, Related
from lora_lint.report.run import Run, Unlinted, fingerprints

LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
ROOT = "%SRCROOT%"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(run: Run) -> str:
    """A log with one run. The story of a finding is its code flow, and its steps are related locations."""
    rules = {rule.code: rule for rule in run.rules()}
    index = {code: number for number, code in enumerate(rules)}
    marks = fingerprints(run)
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "lora-lint",
                        "version": run.version,
                        "rules": [
                            {
                                "id": rule.code,
                                "name": "".join(part.capitalize() for part in rule.name.split("-")),
                                "shortDescription": {"text": rule.summary},
                                "helpUri": rule.url,
                                "properties": {"tags": ["peft", rule.name]},
                            }
                            for rule in rules.values()
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"uri": _folder(run.base)}},
                "invocations": [
                    {
                        "executionSuccessful": not run.unlinted,
                        "toolExecutionNotifications": [_notification(run, problem) for problem in run.problems],
                    }
                ],
                "results": [
                    _result(run, finding, mark, index.get(finding.code)) for finding, mark in zip(run.findings, marks)
                ],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _notification(run: Run, problem: Unlinted) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(run, problem.filename)}
    if problem.row is not None:
        place["region"] = {"startLine": problem.row}
    return {
        "level": "error" if problem.grave else "note",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": place}],
    }


def _result(run: Run, finding: Finding, mark: str, index: int | None) -> dict[str, Any]:
    notes = "".join(f"\n{note}" for note in finding.notes)
    found: dict[str, Any] = {
        "ruleId": finding.code,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message + notes},
        "locations": [_location(run, finding)],
        "partialFingerprints": {"loraLint/v1": mark},
        "properties": {"confidence": finding.confidence, "name": finding.name},
    }
    if index is not None:
        found["ruleIndex"] = index
    if finding.related:
        steps = [{**_location(run, step), "message": {"text": step.message}} for step in finding.related]
        found["relatedLocations"] = [{"id": number, **step} for number, step in enumerate(steps, 1)]
        found["codeFlows"] = [{"threadFlows": [{"locations": [{"location": step} for step in steps]}]}]
    if finding.fix is not None and finding.cell is None:
        files: dict[str, list[Edit]] = {}
        for edit in finding.fix.edits:
            files.setdefault(edit.filename, []).append(edit)
        changes = [
            {
                "artifactLocation": _artifact(run, filename),
                "replacements": [
                    {"deletedRegion": _region(edit), "insertedContent": {"text": edit.content}} for edit in edits
                ],
            }
            for filename, edits in files.items()
        ]
        found["fixes"] = [{"description": {"text": finding.fix.message}, "artifactChanges": changes}]
    return found


def _location(run: Run, item: Finding | Related) -> dict[str, Any]:
    artifact = _artifact(run, item.filename)
    if item.cell is None:
        return {"physicalLocation": {"artifactLocation": artifact, "region": _region(item)}}
    spot = f"cell {item.cell}:{item.location.row}:{item.location.column}"  # a row in a cell is none of the file
    cell = {"name": f"cell {item.cell}", "fullyQualifiedName": spot, "kind": "cell"}
    return {"physicalLocation": {"artifactLocation": artifact}, "logicalLocations": [cell]}


def _region(item: Finding | Related | Edit) -> dict[str, int]:
    start, end = item.location, item.end_location
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}


def _artifact(run: Run, filename: str) -> dict[str, str]:
    shown = run.shown(filename)
    if os.path.isabs(shown):
        return {"uri": f"file://{_quoted(shown)}"}
    return {"uri": _quoted(shown), "uriBaseId": ROOT}


def _folder(path: str) -> str:
    return f"file://{_quoted(path).rstrip('/')}/"


def _quoted(path: str) -> str:
    """A path as URIs have it, by its bytes: a name on disk need not be UTF-8."""
    return quote(os.fsencode(path.replace(os.sep, "/")))
