"""Opened, changed, saved, closed: files and notebooks."""

from __future__ import annotations

from lsprotocol import types

from lora_lint_lsp.documents import Script
from lora_lint_lsp.features.diagnostics import publish, withdraw
from lora_lint_lsp.features.verify import forget_run
from lora_lint_lsp.server import LoraLintServer


def register(server: LoraLintServer) -> None:
    feature = server.feature
    feature(types.TEXT_DOCUMENT_DID_OPEN)(opened)
    feature(types.TEXT_DOCUMENT_DID_CHANGE)(changed)
    feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(saved)
    feature(types.TEXT_DOCUMENT_DID_CLOSE)(closed)
    feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)(notebook_opened)
    feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(notebook_changed)
    feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)(notebook_saved)
    feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(notebook_closed)


def opened(ls: LoraLintServer, params: types.DidOpenTextDocumentParams) -> None:
    script = ls.documents.script_opened(params.text_document.uri)
    if script is not None:
        _edited(ls, script)


def changed(ls: LoraLintServer, params: types.DidChangeTextDocumentParams) -> None:
    script = ls.documents.script(params.text_document.uri)
    if script is not None:
        script.revision += 1
        forget_run(ls, script)
        _edited(ls, script)


def saved(ls: LoraLintServer, params: types.DidSaveTextDocumentParams) -> None:
    """The text is known already; what others read from disk is told by the watched files."""


def closed(ls: LoraLintServer, params: types.DidCloseTextDocumentParams) -> None:
    script = ls.documents.script_closed(params.text_document.uri)
    if script is not None:
        _closed(ls, script, [params.text_document.uri])


def notebook_opened(ls: LoraLintServer, params: types.DidOpenNotebookDocumentParams) -> None:
    script = ls.documents.script_opened(params.notebook_document.uri)
    if script is not None:
        _edited(ls, script)


def notebook_changed(ls: LoraLintServer, params: types.DidChangeNotebookDocumentParams) -> None:
    script = ls.documents.script(params.notebook_document.uri)
    if script is None:
        return
    script.revision += 1
    forget_run(ls, script)
    structure = params.change.cells.structure if params.change.cells is not None else None
    if structure is not None and structure.did_close:
        withdraw(ls, script, [cell.uri for cell in structure.did_close])
    _edited(ls, script)


def notebook_saved(ls: LoraLintServer, params: types.DidSaveNotebookDocumentParams) -> None:
    """As for files: the text is known already."""


def notebook_closed(ls: LoraLintServer, params: types.DidCloseNotebookDocumentParams) -> None:
    script = ls.documents.script_closed(params.notebook_document.uri)
    if script is not None:
        _closed(ls, script, [cell.uri for cell in params.cell_text_documents])


def _edited(ls: LoraLintServer, script: Script) -> None:
    ls.lints.edited(script)
    if ls.pulls(script):
        ls.later(ls.lints.outcome(script))  # ready by the time that the client asks
    else:
        ls.later(publish(ls, script))


def _closed(ls: LoraLintServer, script: Script, uris: list[str]) -> None:
    ls.lints.forget(script)
    forget_run(ls, script)
    withdraw(ls, script, uris)
    if script.path is not None:
        ls.later(_as_on_disk(ls, script.path))


async def _as_on_disk(ls: LoraLintServer, path: str) -> None:
    """What was typed and not saved is gone: whoever depends on the file sees it as it lies on disk."""
    dependents = await ls.lints.dependents(path)
    await ls.analyst.set_text(path, None)
    await ls.lints.again(dependents)
