"""The open documents: text that follows the client's edits exactly, and the scripts and notebooks that they make up."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path, uri_scheme
from pygls.workspace import TextDocument, Workspace

from lora_lint_lsp.target import Target
from lora_lint_lsp.text import Encoding, Text, split_lines

log = logging.getLogger(__name__)

PYTHON = frozenset({"python", ""})


class Document(TextDocument):
    """A document as the client has it."""

    def __init__(self, uri: str, source: str | None, version: int | None, language_id: str | None, encoding: Encoding):
        super().__init__(uri, source, version, language_id)
        self.text = Text(source, encoding) if source is not None else None
        self.encoding = encoding

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        if self.text is None:
            self.text = Text("", self.encoding)
        if isinstance(change, types.TextDocumentContentChangePartial):
            self.text.replace(change.range, change.text)
        else:
            self.text.replace_all(change.text)

    @property
    def source(self) -> str:
        if self.text is not None:
            return self.text.whole
        try:
            with open(self.path, encoding="utf-8", errors="replace", newline="") as file:
                return file.read()
        except (OSError, ValueError):
            return ""

    @property
    def lines(self) -> list[str]:
        return self.text.lines if self.text is not None else split_lines(self.source)


class Sheet(NamedTuple):
    """One text document of a script: the file itself, or a code cell of a notebook (its number, all cells count)."""

    document: Document
    cell: int | None

    @property
    def uri(self) -> str:
        return self.document.uri


class Script:
    """What is linted as one: a Python file, or a notebook with all its code cells.

    `revision` grows with every reason to lint again: an edit, a change in another module, a new setting; `tellers` with
    everyone who sets out to send its findings.
    """

    def __init__(self, uri: str, documents: Documents, notebook: types.NotebookDocument | None = None) -> None:
        self.uri = uri
        self.path = path_of(uri)
        self.revision = self.tellers = 0
        self._documents = documents
        self._notebook = notebook

    @property
    def is_notebook(self) -> bool:
        return self._notebook is not None

    def sheets(self) -> list[Sheet]:
        """The documents of the script, in order."""
        if self._notebook is None:
            document = self._documents.opened(self.uri)
            return [Sheet(document, None)] if document is not None else []
        found: list[Sheet] = []
        for number, cell in enumerate(self._notebook.cells, 1):
            document = self._documents.opened(cell.document)
            if document is not None and cell.kind is types.NotebookCellKind.Code and is_python(document):
                found.append(Sheet(document, number))
        return found

    def sheet(self, uri: str) -> Sheet | None:
        """The sheet with this URI."""
        return next((s for s in self.sheets() if unquote(s.uri) == unquote(uri)), None)

    def target(self) -> Target:
        """The script as the analysis wants it."""
        name = self.path or self.uri
        texts = {sheet.cell: sheet.document.source for sheet in self.sheets()}
        if self._notebook is None:
            return Target(name, texts.get(None, ""), None, self.path is not None)
        cells = {number: text for number, text in texts.items() if number is not None}
        return Target(name, None, cells, self.path is not None)

    def is_first(self, sheet: Sheet) -> bool:
        """Does the script begin in this sheet?"""
        return sheet.uri == next(iter(self.sheets())).uri


class Documents(Workspace):
    """All open documents. Changes to a document that is not open are ignored, and said so in the log."""

    def __init__(self, root_uri: str | None, folders: list[types.WorkspaceFolder] | None, encoding: str | None) -> None:
        super().__init__(root_uri, types.TextDocumentSyncKind.Incremental, folders, encoding)
        self.encoding = Encoding(encoding)
        self.scripts: dict[str, Script] = {}

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> Document:
        return Document(doc_uri, source, version, language_id, self.encoding)

    def opened(self, uri: str) -> Document | None:
        """An open document."""
        found = self.text_documents.get(unquote(uri))
        return found if isinstance(found, Document) else None

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        if self.opened(text_doc.uri) is None:
            log.warning("a change to %s, which is not open, is ignored", text_doc.uri)
            return
        super().update_text_document(text_doc, change)

    def update_notebook_document(self, params: types.DidChangeNotebookDocumentParams) -> None:
        if self.get_notebook_document(notebook_uri=params.notebook_document.uri) is None:
            log.warning("a change to %s, which is not open, is ignored", params.notebook_document.uri)
            return
        super().update_notebook_document(params)

    # -- scripts ---------------------------------------------------------------------------------------------------

    def script_opened(self, uri: str) -> Script | None:
        """The script of a document or notebook that was just opened; None where it is nothing to lint."""
        notebook = self.get_notebook_document(notebook_uri=uri)
        if notebook is None:
            document = self.opened(uri)
            if document is None or not is_python(document) or uri_scheme(uri) not in ("file", "untitled"):
                return None
        known = self.scripts.get(unquote(uri))
        script = Script(uri, self, notebook)
        script.revision = known.revision + 1 if known is not None else 1
        self.scripts[unquote(uri)] = script
        return script

    def script(self, uri: str) -> Script | None:
        """The open script of a file, a notebook or one of its cells."""
        found = self.scripts.get(unquote(uri))
        if found is None:
            notebook = self.get_notebook_document(cell_uri=uri)
            found = self.scripts.get(unquote(notebook.uri)) if notebook is not None else None
        return found

    def opened_at(self, uri: str) -> tuple[Script, Sheet] | tuple[None, None]:
        """The open script that a request is about, and the document of it that the request names."""
        script = self.script(uri)
        sheet = script.sheet(uri) if script is not None else None
        return (script, sheet) if script is not None and sheet is not None else (None, None)

    def script_at(self, path: str) -> Script | None:
        """The open script of a file, by its path."""
        return next((s for s in self.scripts.values() if s.path is not None and same_path(s.path, path)), None)

    def script_closed(self, uri: str) -> Script | None:
        return self.scripts.pop(unquote(uri), None)

    def each(self) -> Iterator[Script]:
        yield from list(self.scripts.values())


def is_python(document: TextDocument) -> bool:
    return (document.language_id or "") in PYTHON


def path_of(uri: str) -> str | None:
    """The absolute path of a file's URI, None for anything else."""
    if uri_scheme(uri) != "file":
        return None
    path = to_fs_path(uri)
    return os.path.abspath(path) if path else None


def uri_of(path: str) -> str:
    """The URI of a file; a name that is a URI already stays as it is."""
    return (from_fs_path(path) or path) if os.path.isabs(path) else path


def same_path(a: str, b: str) -> bool:
    return os.path.normcase(os.path.abspath(a)) == os.path.normcase(os.path.abspath(b))
