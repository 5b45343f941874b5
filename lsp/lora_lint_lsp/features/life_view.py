"""The life of the models of a script for a picture of it: `loraLint/life`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lsprotocol import types

from lora_lint import Finding
from lora_lint_lsp.documents import Script
from lora_lint_lsp.life import Step, Writes
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer

REQUEST = "loraLint/life"


def register(server: LoraLintServer) -> None:
    server.feature(REQUEST)(life)


async def life(ls: LoraLintServer, params: Any) -> dict[str, Any] | None:
    """`models`: their steps in order, each with line, state before and after, what a save writes, and what is wrong.

    `findings` are those of lines that are no step.
    """
    uri = params["uri"] if isinstance(params, dict) else getattr(params, "uri", "")
    script = ls.documents.script(uri)
    if script is None:
        return None
    found = await ls.lints.life(script)
    outcome = await ls.lints.outcome(script)
    base: dict[str, Any] = {"uri": script.uri, "models": [], "findings": [], "trouble": None}
    if found is None:
        base["trouble"] = outcome.trouble.message if outcome.trouble is not None else "this file cannot be read"
        return base
    view = View(ls, script, outcome.findings)
    models: dict[int, list[dict[str, Any]]] = {}
    for step in reversed(found.steps()):  # of several in a line the last one is what a finding is about
        models.setdefault(step.model, []).insert(0, view.step(step))
    base["models"] = [{"number": number, "steps": steps} for number, steps in sorted(models.items())]
    base["findings"] = view.left_over()
    return base


class View:
    """Steps and findings of one script as plain data, with places of the editor."""

    def __init__(self, ls: LoraLintServer, script: Script, findings: Sequence[Finding]) -> None:
        self._places = Places(ls.documents, script)
        self._lines = {sheet.cell: sheet.document.lines for sheet in script.sheets()}
        self._findings: dict[tuple[int | None, int], list[Finding]] = {}
        for finding in findings:
            if self._places.own(finding.filename):
                self._findings.setdefault((finding.cell, finding.location.row), []).append(finding)

    def step(self, step: Step) -> dict[str, Any]:
        where = step.where
        lines = self._lines.get(where.cell, [])
        here = self._findings.pop((where.cell, where.start[0]), [])
        return {
            "kind": step.kind,
            "word": step.words,
            "code": lines[where.start[0] - 1].strip() if where.start[0] <= len(lines) else "",
            **self._place(where.filename, where.cell, where.start, where.end),
            "before": list(step.before),
            "after": list(step.after),
            "phase": step.phase,
            "condition": step.condition,
            "saves": [_writes(writes) for writes in step.saves],
            "findings": [self._finding(finding) for finding in here],
        }

    def left_over(self) -> list[dict[str, Any]]:
        """The findings that no step has taken."""
        return [self._finding(finding) for found in self._findings.values() for finding in found]

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "code": finding.code,
            "name": finding.name,
            "severity": finding.severity,
            "message": finding.message,
            "notes": list(finding.notes),
            **self._place(finding.filename, finding.cell, finding.location, finding.end_location),
        }

    def _place(self, filename: str, cell: int | None, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
        where = self._places.range(filename, cell, start, end)
        return {"uri": self._places.uri(filename, cell), "range": _range(where), "cell": cell}


def _range(where: types.Range) -> dict[str, Any]:
    return {
        "start": {"line": where.start.line, "character": where.start.character},
        "end": {"line": where.end.line, "character": where.end.character},
    }


def _writes(writes: Writes) -> dict[str, Any]:
    return {
        "directories": {place: list(names) for place, names in writes.directories.items()},
        "condition": writes.condition,
        "hub": writes.hub,
        "adapter": writes.adapter,
    }
