"""Findings as diagnostics: pulled where the client asks for them, pushed where it doesn't, never both."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from lora_lint import Finding
from lora_lint_lsp.documents import Script, Sheet, uri_of
from lora_lint_lsp.features.verify import run_diagnostics
from lora_lint_lsp.outcome import Outcome
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer
from lora_lint_lsp.target import ConfigTrouble

SOURCE = "lora-lint"
SCHEMES = ("file", "untitled")  # of what may be asked for: a notebook's cells have another one
SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "hint": types.DiagnosticSeverity.Hint,
}


def register(server: LoraLintServer) -> None:
    options = types.DiagnosticRegistrationOptions(
        document_selector=[types.TextDocumentFilterScheme(language="python", scheme=name) for name in SCHEMES],
        identifier=SOURCE,
        inter_file_dependencies=True,
        workspace_diagnostics=False,
    )
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(pulled)
    server.senders.append(send)


async def pulled(ls: LoraLintServer, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """Answers a client that asks. A document that is not open has none."""
    uri = params.text_document.uri
    script = ls.documents.script(uri)
    if script is None or not ls.pulls(script):
        return types.RelatedFullDocumentDiagnosticReport(items=[])
    outcome = await ls.lints.outcome(script)
    await tell_config(ls, script)
    items = of_document(ls, script, outcome, uri)
    result_id = f"{outcome.revision}.{ls.runs.stamp(script)}"
    if result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result_id)
    return types.RelatedFullDocumentDiagnosticReport(items=items, result_id=result_id)


async def send(ls: LoraLintServer, script: Script) -> None:
    """Sends what is sent unasked."""
    await (tell_config(ls, script) if ls.pulls(script) else publish(ls, script))


async def publish(ls: LoraLintServer, script: Script) -> None:
    """Sends a client that does not ask the diagnostics of a script, once they are those of its newest text. Of several
    that wait for them the last one sends: a new revision may be due to another file, of which nobody else tells."""
    script.tellers += 1
    mine = script.tellers
    while True:
        outcome = await ls.lints.outcome(script)
        if ls.documents.script(script.uri) is not script or script.tellers != mine:
            return
        if outcome.revision == script.revision:
            break
    await tell_config(ls, script)
    for sheet in script.sheets():
        items = of_document(ls, script, outcome, sheet.uri)
        ls.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=sheet.uri, diagnostics=items, version=sheet.document.version)
        )


def withdraw(ls: LoraLintServer, script: Script, uris: Iterable[str]) -> None:
    """Takes back what was sent about documents of a script that were closed."""
    if not ls.pulls(script):
        for uri in uris:
            ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri=uri, diagnostics=[]))


def of_document(ls: LoraLintServer, script: Script, outcome: Outcome, uri: str) -> list[types.Diagnostic]:
    """The diagnostics of a file or a notebook's cell."""
    sheet = script.sheet(uri)
    if sheet is None or not ls.options_of(script).enable:
        return []
    places = Places(ls.documents, script)
    found = [
        diagnostic(f, places, outcome) for f in outcome.findings if places.own(f.filename) and f.cell == sheet.cell
    ]
    if outcome.trouble is not None and (ls.options_of(script).show_syntax_errors or outcome.trouble.row is None):
        found += _trouble(ls, script, outcome, sheet)
    return found + run_diagnostics(ls, script, sheet.cell)


def diagnostic(finding: Finding, places: Places, outcome: Outcome) -> types.Diagnostic:
    """A finding with its story: what happened before, step by step, as related information."""
    return types.Diagnostic(
        range=places.of(finding).range,
        severity=SEVERITIES.get(finding.severity, types.DiagnosticSeverity.Warning),
        code=finding.code,
        code_description=types.CodeDescription(href=finding.url),
        source=SOURCE,
        message="\n".join((finding.message, *finding.notes)),
        tags=[types.DiagnosticTag.Unnecessary] if _only_deletes(finding) else None,
        related_information=[
            types.DiagnosticRelatedInformation(location=places.of(step), message=step.message)
            for step in finding.related
        ],
        data={
            "name": finding.name,
            "fix": finding.fix.applicability if finding.fix is not None else None,
            "confidence": finding.confidence,
            "stale": outcome.stale,
        },
    )


def _only_deletes(finding: Finding) -> bool:
    """Code that can go without changing anything is drawn faded."""
    fix = finding.fix
    if fix is None or fix.applicability != "safe":
        return False
    inside = any(
        e.location <= finding.location and finding.end_location <= e.end_location and e.filename == finding.filename
        for e in fix.edits
    )
    return inside and all(not edit.content.strip() for edit in fix.edits)


def _trouble(ls: LoraLintServer, script: Script, outcome: Outcome, sheet: Sheet) -> list[types.Diagnostic]:
    """Why the text could not be linted. A notebook shows it in its first cell."""
    trouble = outcome.trouble
    if trouble is None or not script.is_first(sheet):
        return []
    row = trouble.row or 1
    where = Places(ls.documents, script).range(script.path or script.uri, sheet.cell, (row, 1), (row, 10_000))
    return [
        types.Diagnostic(range=where, severity=types.DiagnosticSeverity.Warning, source=SOURCE, message=trouble.message)
    ]


async def tell_config(ls: LoraLintServer, script: Script) -> None:
    """A config file that cannot be used gets one diagnostic of its own; it is withdrawn when no script meets it."""
    trouble = (await ls.lints.outcome(script)).config_trouble
    if trouble is not None and not trouble.path:
        ls.say_once(trouble.message)
        trouble = None
    known = ls.config_troubles
    before = known.get(script.uri)
    if trouble == before:
        return
    if trouble is None:
        known.pop(script.uri, None)
    else:
        known[script.uri] = trouble
    for path in {t.path for t in (before, trouble) if t is not None}:
        items = {t.message: t for t in known.values() if t.path == path}
        ls.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri_of(path), diagnostics=[_config(t) for t in items.values()])
        )


def _config(trouble: ConfigTrouble) -> types.Diagnostic:
    line = max(0, trouble.row - 1)
    return types.Diagnostic(
        range=types.Range(start=types.Position(line=line, character=0), end=types.Position(line=line, character=200)),
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
        message=f"{trouble.message}\nUntil this is mended, the default settings count.",
    )
