"""What stands under the light bulb: fixes, all fixes of a rule, all safe fixes, comments that silence a finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lsprotocol import types

from lora_lint import Finding, ignore_here, ignore_in_file
from lora_lint_lsp.documents import Script, Sheet
from lora_lint_lsp.edits import of_fixes, to_text, workspace_edit
from lora_lint_lsp.features.diagnostics import diagnostic
from lora_lint_lsp.outcome import Outcome
from lora_lint_lsp.places import Places
from lora_lint_lsp.server import LoraLintServer

QUICK_FIX = types.CodeActionKind.QuickFix
FIX_ALL = "source.fixAll.loraLint"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.loraLint"


def register(server: LoraLintServer) -> None:
    options = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL, NOTEBOOK_FIX_ALL], resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(actions)
    server.feature(types.CODE_ACTION_RESOLVE)(resolve)
    server.command("loraLint.fixAll")(fix_all_command)


async def actions(ls: LoraLintServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    script, sheet = ls.documents.opened_at(params.text_document.uri)
    if script is None or sheet is None:
        return []
    outcome = await ls.lints.outcome(script)
    if not ls.options_of(script).enable:
        return []
    places = Places(ls.documents, script)
    only = params.context.only
    found: list[types.CodeAction] = []
    if _wanted(QUICK_FIX, only):
        here = [f for f in outcome.findings if _touches(f, places, sheet, params.range)]
        fixable = any(f.fix is not None for f in here)
        others = await ls.lints.other_layout(script) if fixable else ()
        fixes = [a for f in here for a in _fixes(ls, outcome, places, f, others)]
        silences = [a for f in here for a in _silences(script, sheet, places, outcome, f)]
        found += [*fixes, *_all_of_rule(script, outcome, here), *silences]
    whole = [(FIX_ALL, sheet.uri)] if not script.is_notebook else [(FIX_ALL, sheet.uri), (NOTEBOOK_FIX_ALL, "")]
    for kind, uri in whole:
        if _wanted(kind, only) and any(_is_safe(f) for f in outcome.findings if not uri or f.cell == sheet.cell):
            found.append(
                types.CodeAction(
                    title="lora-lint: fix all that is safe to fix",
                    kind=kind,
                    data={"uri": script.uri, "sheet": uri, "codes": None, "unsafe": False},
                )
            )
    if not ls.can("text_document", "code_action", "resolve_support"):
        return [await resolve(ls, action) if action.data is not None else action for action in found]
    return found


async def resolve(ls: LoraLintServer, action: types.CodeAction) -> types.CodeAction:
    """Computes the edit of an action when it is chosen, for the text as it is then."""
    order: dict[str, Any] = action.data if isinstance(action.data, dict) else {}
    script = ls.documents.script(order.get("uri", ""))
    if script is None:
        return action
    if "silence" in order:
        action.edit = await _silencing_edit(ls, script, order)
    else:
        codes = order.get("codes")
        action.edit = await fix_all_edit(
            ls, script, frozenset(codes) if codes else None, bool(order.get("unsafe")), order.get("sheet") or None
        )
    return action


async def fix_all_command(ls: LoraLintServer, uri: str) -> bool:
    """The command `loraLint.fixAll`: makes all safe fixes in a document. False where there was nothing to do."""
    script = ls.documents.script(uri)
    edit = await fix_all_edit(ls, script, None, False, None) if script is not None else None
    if edit is None:
        return False
    answer = await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit=edit, label="lora-lint: fix all"))
    return answer.applied


# -- fixes -------------------------------------------------------------------------------------------------------------


def _fixes(
    ls: LoraLintServer, outcome: Outcome, places: Places, finding: Finding, others: Iterable[Finding]
) -> Iterable[types.CodeAction]:
    """The finding's own fix, and the one that lays the directories out the other way."""
    other = next((f.fix for f in others if _same(f, finding) and f.fix != finding.fix), None)
    for fix, preferred in ((finding.fix, True), (other, False)):
        if fix is not None:
            safe = fix.applicability == "safe"
            yield types.CodeAction(
                title=_title(fix.message) + ("" if safe else " (changes what the script does)"),
                kind=QUICK_FIX,
                diagnostics=[diagnostic(finding, places, outcome)],
                is_preferred=(preferred and safe) or None,
                edit=of_fixes(ls, places, fix.edits),
            )


def _same(a: Finding, b: Finding) -> bool:
    return (a.code, a.filename, a.cell, a.location) == (b.code, b.filename, b.cell, b.location)


def _all_of_rule(script: Script, outcome: Outcome, here: Sequence[Finding]) -> Iterable[types.CodeAction]:
    """One action for each rule that is found here and elsewhere in the file, and can be fixed."""
    for code in dict.fromkeys(f.code for f in here if f.fix is not None):
        same = [f for f in outcome.findings if f.code == code and f.fix is not None]
        if len(same) > 1:
            unsafe = not all(_is_safe(f) for f in same)
            yield types.CodeAction(
                title=f"Fix all {len(same)} of {same[0].name} in this file",
                kind=QUICK_FIX,
                data={"uri": script.uri, "sheet": "", "codes": [code], "unsafe": unsafe},
            )


async def fix_all_edit(
    ls: LoraLintServer, script: Script, codes: frozenset[str] | None, unsafe: bool, uri: str | None
) -> types.WorkspaceEdit | None:
    """All fixes of a script at once: those of some rules only, or in one cell only, where asked for."""
    made = await ls.analyst.fixed(script.target(), codes, unsafe)
    if made is None:
        return None
    edits = {
        sheet.uri: changed
        for sheet in script.sheets()
        if (uri is None or sheet.uri == uri) and (changed := to_text(ls, sheet, made.text_of(sheet.cell)))
    }
    return workspace_edit(ls, edits) if edits else None


async def _findings(ls: LoraLintServer, script: Script) -> tuple[Finding, ...]:
    return (await ls.lints.outcome(script)).findings


# -- silence -----------------------------------------------------------------------------------------------------------


def _silences(
    script: Script, sheet: Sheet, places: Places, outcome: Outcome, finding: Finding
) -> Iterable[types.CodeAction]:
    for where, title in (("line", f"Ignore {finding.name} here"), ("file", f"Ignore {finding.name} in this file")):
        yield types.CodeAction(
            title=title,
            kind=QUICK_FIX,
            diagnostics=[diagnostic(finding, places, outcome)],
            data={
                "uri": script.uri,
                "sheet": sheet.uri,
                "silence": where,
                "finding": [finding.code, finding.cell, *finding.location],
            },
        )


async def _silencing_edit(ls: LoraLintServer, script: Script, order: dict[str, Any]) -> types.WorkspaceEdit | None:
    sheet = script.sheet(order["sheet"])
    finding = next((f for f in await _findings(ls, script) if [f.code, f.cell, *f.location] == order["finding"]), None)
    if sheet is None or finding is None:
        return None
    if order["silence"] == "file":
        edits = ((sheet, ignore_in_file(sheet.document.source, finding, sheet.cell)) for sheet in script.sheets())
        sheet, made = next((pair for pair in edits if pair[1] is not None), (sheet, None))
    else:
        made = ignore_here(sheet.document.source, finding)
    if made is None:
        return None
    where = ls.documents.encoding.range(sheet.document.lines, made.location, made.end_location)
    return workspace_edit(ls, {sheet.uri: [types.TextEdit(range=where, new_text=made.content)]})


# -- small questions ---------------------------------------------------------------------------------------------------


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Does the client ask for a kind, or for all of a family that it belongs to?"""
    return not only or any(kind == wanted or kind.startswith(wanted + ".") for wanted in only)


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability == "safe"


def _touches(finding: Finding, places: Places, sheet: Sheet, where: types.Range) -> bool:
    if not places.own(finding.filename) or finding.cell != sheet.cell:
        return False
    own = places.of(finding).range
    return own.start.line <= where.end.line and where.start.line <= own.end.line


def _title(message: str) -> str:
    return message[:1].upper() + message[1:]
