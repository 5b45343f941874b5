"""An editor that speaks LSP, for tests: it keeps its own texts, asks, and applies edits itself."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient

PATIENCE = 120.0  # seconds; only a machine that is much too busy needs them
UTF16 = types.PositionEncodingKind.Utf16
# Bytes for one unit of a column, and the codec that counts in them.
CODECS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


class Editor:
    """One client and its server. Names are relative to the first folder."""

    def __init__(self, client: LanguageClient, folders: list[Path]) -> None:
        self.client, self.folders = client, folders
        self.folder = folders[0]
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.publish_count: dict[str, int] = {}
        self.registrations: list[types.Registration] = []
        self.encoding: types.PositionEncodingKind = UTF16
        self.pulls = False

    # -- documents -------------------------------------------------------------------------------------------------

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def write(self, name: str, text: str) -> Path:
        """A file on disk."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def open(self, name: str, text: str, language: str = "python") -> None:
        uri = self.uri(name)
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def change(self, name: str, *changes: tuple[types.Range, str] | str) -> None:
        """Edits, each a range and its new text; or a text for the whole document."""
        uri = self.uri(name)
        self.versions[uri] += 1
        events: list[Any] = []
        for change in changes:
            if isinstance(change, str):
                self.texts[uri] = change
                events.append(types.TextDocumentContentChangeWholeDocument(text=change))
            else:
                where, new = change
                self.texts[uri] = self.replaced(self.texts[uri], where, new)
                events.append(types.TextDocumentContentChangePartial(range=where, text=new))
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=identifier, content_changes=events)
        )

    def close(self, name: str) -> None:
        identifier = types.TextDocumentIdentifier(uri=self.uri(name))
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=identifier))

    def changed_on_disk(self, *names: str, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        events = [types.FileEvent(uri=self.uri(name), type=kind) for name in names]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=events))

    # -- positions, counted independently of the server --------------------------------------------------------------

    def position(self, text: str, offset: int) -> types.Position:
        codec, size = CODECS[self.encoding]
        before = text[:offset].replace("\r\n", "\n\0").replace("\r", "\n")
        before = before.replace("\0", "") if not text[:offset].endswith("\r\n") else before[:-1].replace("\0", "")
        line = before.count("\n")
        last = before.rpartition("\n")[2]
        return types.Position(line=line, character=len(last.encode(codec)) // size)

    def offset(self, text: str, position: types.Position) -> int:
        codec, size = CODECS[self.encoding]
        start = 0
        for _ in range(position.line):
            ends = [i for i in (text.find("\n", start), text.find("\r", start)) if i >= 0]
            if not ends:
                return len(text)
            start = min(ends)
            start += 2 if text.startswith("\r\n", start) else 1
        stops = [i for i in (text.find("\n", start), text.find("\r", start)) if i >= 0]
        line = text[start : min(stops, default=len(text))]
        return start + len(line.encode(codec)[: position.character * size].decode(codec, "ignore"))

    def replaced(self, text: str, where: types.Range, new: str) -> str:
        return text[: self.offset(text, where.start)] + new + text[self.offset(text, where.end) :]

    def at(self, name: str, needle: str, inside: int = 0) -> types.Position:
        """The position of a piece of the document's text."""
        text = self.texts[self.uri(name)]
        return self.position(text, text.index(needle) + inside)

    def span(self, name: str, needle: str) -> types.Range:
        text = self.texts[self.uri(name)]
        start = text.index(needle)
        return types.Range(start=self.position(text, start), end=self.position(text, start + len(needle)))

    def covered(self, name: str, where: types.Range) -> str:
        """The text that a range covers."""
        text = self.texts[self.uri(name)]
        return text[self.offset(text, where.start) : self.offset(text, where.end)]

    # -- questions -------------------------------------------------------------------------------------------------

    async def diagnostics(self, name: str) -> list[types.Diagnostic]:
        """The diagnostics of the text as it is now."""
        uri = self.uri(name)
        if self.pulls and not uri.startswith("vscode-notebook-cell"):
            report = await self.pull(name)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)
        await self.until(lambda: uri in self.published and self.published[uri].version == self.versions.get(uri))
        return list(self.published[uri].diagnostics)

    async def pull(self, name: str, previous: str | None = None) -> types.DocumentDiagnosticReport:
        return await self.wait(
            self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(text_document=self.identifier(name), previous_result_id=previous)
            )
        )

    async def codes(self, name: str) -> list[tuple[str, int]]:
        """Code and line, from 1, of each finding."""
        return [(str(d.code), d.range.start.line + 1) for d in await self.diagnostics(name)]

    async def becomes(self, name: str, wanted: list[tuple[str, int]]) -> None:
        """Waits until these are the findings, without an edit of the document."""
        found: list[tuple[str, int]] | None = None
        for _ in range(int(PATIENCE / 0.05)):
            if self.pulls:
                found = await self.codes(name)
            elif self.uri(name) in self.published:
                items = self.published[self.uri(name)].diagnostics
                found = [(str(d.code), d.range.start.line + 1) for d in items]
            if found == wanted:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{found} did not become {wanted}")

    async def actions(self, name: str, needle: str, only: list[str] | None = None) -> list[types.CodeAction]:
        where = self.span(name, needle)
        kinds: Any = only
        found = await self.wait(
            self.client.text_document_code_action_async(
                types.CodeActionParams(
                    text_document=self.identifier(name),
                    range=where,
                    context=types.CodeActionContext(diagnostics=[], only=kinds),
                )
            )
        )
        return [action for action in found or [] if isinstance(action, types.CodeAction)]

    async def edit_of(self, action: types.CodeAction) -> types.WorkspaceEdit:
        if action.edit is None:
            action = await self.wait(self.client.code_action_resolve_async(action))
        assert action.edit is not None
        return action.edit

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Applies an edit as a client does, and tells the server. An edit for another version is refused."""
        for change in edit.document_changes or []:
            assert isinstance(change, types.TextDocumentEdit)
            wanted = change.text_document.version
            assert wanted in (None, self.versions.get(change.text_document.uri)), "the edit is for another version"
        for uri, edits in edits_by_document(edit).items():
            if uri not in self.texts:
                path = Path(uri.removeprefix("file://"))
                self.texts[uri] = path.read_text()
            last_first = sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True)
            self.change(uri, *((e.range, e.new_text) for e in last_first)) if uri in self.versions else None

    async def hover(self, name: str, needle: str, inside: int = 0) -> str:
        found = await self.wait(
            self.client.text_document_hover_async(
                types.HoverParams(text_document=self.identifier(name), position=self.at(name, needle, inside))
            )
        )
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def hints(self, name: str) -> list[tuple[int, str]]:
        everything = types.Range(start=types.Position(0, 0), end=types.Position(100_000, 0))
        found = await self.wait(
            self.client.text_document_inlay_hint_async(
                types.InlayHintParams(text_document=self.identifier(name), range=everything)
            )
        )
        return [(hint.position.line + 1, str(hint.label)) for hint in found or []]

    async def lenses(self, name: str) -> list[tuple[int, str]]:
        found = await self.wait(
            self.client.text_document_code_lens_async(types.CodeLensParams(text_document=self.identifier(name)))
        )
        return [(lens.range.start.line + 1, lens.command.title) for lens in found or [] if lens.command is not None]

    async def command(self, name: str, *arguments: Any) -> Any:
        return await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command=name, arguments=list(arguments))
        )

    async def request(self, method: str, params: Any) -> Any:
        return await self.wait(self.client.protocol.send_request_async(method, params))

    def identifier(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri(name))

    # -- patience --------------------------------------------------------------------------------------------------

    async def wait(self, question: Any) -> Any:
        return await asyncio.wait_for(question, PATIENCE)

    async def until(self, holds: Any) -> None:
        """Waits for something that the server does by itself."""
        for _ in range(int(PATIENCE / 0.02)):
            if holds():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not happen in time")


def edits_by_document(edit: types.WorkspaceEdit) -> dict[str, list[Any]]:
    """The edits of either form that clients take."""
    found: dict[str, list[Any]] = {uri: list(edits) for uri, edits in (edit.changes or {}).items()}
    for change in edit.document_changes or []:
        assert isinstance(change, types.TextDocumentEdit)
        found[change.text_document.uri] = list(change.edits)
    return found
