"""A notebook in an editor."""

from __future__ import annotations

import json
from collections.abc import Sequence

from editor import Editor
from lsprotocol import types


class Notebook:
    """An open notebook: code cells, and the text cells of the numbers (from 0) that are named."""

    def __init__(
        self, editor: Editor, cells: list[str], text_cells: Sequence[int] = (), uri: str = "train.ipynb"
    ) -> None:
        self.editor = editor
        self.uri = editor.uri(uri)
        self.version = 1
        self.count = 0
        languages = ["markdown" if number in text_cells else "python" for number in range(len(cells))]
        items = [self.item(text, language) for text, language in zip(cells, languages)]
        self.uris = [item.uri for item in items]
        self.text_cells = [item.uri for item in items if item.language_id == "markdown"]
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                notebook_document=types.NotebookDocument(
                    uri=self.uri, notebook_type="jupyter-notebook", version=1, cells=[self.cell(u) for u in self.uris]
                ),
                cell_text_documents=items,
            )
        )

    def cell(self, uri: str) -> types.NotebookCell:
        kind = types.NotebookCellKind.Markup if uri in self.text_cells else types.NotebookCellKind.Code
        return types.NotebookCell(kind=kind, document=uri)

    def on_disk(self) -> str:
        """The file of the notebook."""
        kinds = ["markdown" if uri in self.text_cells else "code" for uri in self.uris]
        cells = [
            {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": self.editor.texts[uri]}
            | ({"outputs": [], "execution_count": None} if kind == "code" else {})
            for number, (kind, uri) in enumerate(zip(kinds, self.uris))
        ]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    def item(self, text: str, language: str = "python") -> types.TextDocumentItem:
        self.count += 1
        uri = f"vscode-notebook-cell:{self.uri.partition(':')[2]}#W{self.count}"
        self.editor.texts[uri], self.editor.versions[uri] = text, 1
        return types.TextDocumentItem(uri=uri, language_id=language, version=1, text=text)

    def change(self, change: types.NotebookDocumentCellChanges) -> None:
        self.version += 1
        self.editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                notebook_document=types.VersionedNotebookDocumentIdentifier(uri=self.uri, version=self.version),
                change=types.NotebookDocumentChangeEvent(cells=change),
            )
        )

    def edit(self, cell: int, text: str) -> None:
        uri = self.uris[cell]
        self.editor.texts[uri] = text
        self.editor.versions[uri] += 1
        self.change(
            types.NotebookDocumentCellChanges(
                text_content=[
                    types.NotebookDocumentCellContentChanges(
                        document=types.VersionedTextDocumentIdentifier(uri=uri, version=self.editor.versions[uri]),
                        changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
                    )
                ]
            )
        )

    def insert(self, at: int, text: str) -> None:
        item = self.item(text)
        self.uris.insert(at, item.uri)
        array = types.NotebookCellArrayChange(start=at, delete_count=0, cells=[self.cell(item.uri)])
        self.change(
            types.NotebookDocumentCellChanges(
                structure=types.NotebookDocumentCellChangeStructure(array=array, did_open=[item])
            )
        )

    def remove(self, at: int) -> None:
        uri = self.uris.pop(at)
        array = types.NotebookCellArrayChange(start=at, delete_count=1)
        closed = [types.TextDocumentIdentifier(uri=uri)]
        self.change(
            types.NotebookDocumentCellChanges(
                structure=types.NotebookDocumentCellChangeStructure(array=array, did_close=closed)
            )
        )
