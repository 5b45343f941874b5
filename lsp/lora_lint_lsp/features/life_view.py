"""The life of the models of a script for a picture of it: `loraLint/life`."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from lora_lint_lsp.life import Step, Writes
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer

REQUEST = "loraLint/life"


def register(server: LoraLintServer) -> None:
    server.feature(REQUEST)(life)


async def life(ls: LoraLintServer, params: Any) -> dict[str, Any] | None:
    """`models`: their steps in order, each with line, state before and after, and what a save writes."""
    uri = params["uri"] if isinstance(params, dict) else getattr(params, "uri", "")
    script = ls.documents.script(uri)
    if script is None:
        return None
    found = await ls.lints.life(script)
    outcome = await ls.lints.outcome(script)
    base: dict[str, Any] = {"uri": script.uri, "revision": script.revision, "models": [], "trouble": None}
    if found is None:
        base["trouble"] = outcome.trouble.message if outcome.trouble is not None else "this file cannot be read"
        return base
    places = Places(ls.documents, script)
    findings: dict[tuple[int | None, int], list[dict[str, Any]]] = {}
    for finding in outcome.findings:
        if places.own(finding.filename):
            findings.setdefault((finding.cell, finding.location.row), []).append(
                {"code": finding.code, "name": finding.name, "severity": finding.severity, "message": finding.message}
            )
    models: dict[int, list[dict[str, Any]]] = {}
    for step in found.steps():
        models.setdefault(step.model, []).append(_step(step, places, findings))
    base["models"] = [{"number": number, "steps": steps} for number, steps in sorted(models.items())]
    return base


def _step(step: Step, places: Places, findings: dict[tuple[int | None, int], list[dict[str, Any]]]) -> dict[str, Any]:
    where = places.range(step.where.filename, step.where.cell, step.where.start, step.where.end)
    return {
        "kind": step.kind,
        "word": step.word,
        "uri": places.uri(step.where.filename, step.where.cell),
        "range": _range(where),
        "cell": step.where.cell,
        "before": list(step.before),
        "after": list(step.after),
        "condition": step.condition,
        "saves": [_writes(writes) for writes in step.saves],
        "findings": findings.get((step.where.cell, step.where.start[0]), []),
    }


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
