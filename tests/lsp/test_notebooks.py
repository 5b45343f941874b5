"""Notebooks: the cells are one script, every place is in a cell."""

from __future__ import annotations

import pytest
from editor import Editor, edits_by_document
from lsprotocol import types
from samples import LOST

pytestmark = pytest.mark.asyncio

HEAD, REST = LOST.split("rows = ")
CELLS = [HEAD, "rows = " + REST.split("merged = ")[0], "merged = " + REST.split("merged = ")[1]]


class Notebook:
    """A notebook in an editor."""

    def __init__(self, editor: Editor, cells: list[str]) -> None:
        self.editor = editor
        self.uri = editor.uri("train.ipynb")
        self.version = 1
        self.count = 0
        items = [self.item(text) for text in cells]
        self.uris = [item.uri for item in items]
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(
                notebook_document=types.NotebookDocument(
                    uri=self.uri, notebook_type="jupyter-notebook", version=1, cells=[self.cell(u) for u in self.uris]
                ),
                cell_text_documents=items,
            )
        )

    def cell(self, uri: str) -> types.NotebookCell:
        return types.NotebookCell(kind=types.NotebookCellKind.Code, document=uri)

    def item(self, text: str, language: str = "python") -> types.TextDocumentItem:
        self.count += 1
        uri = f"{self.uri.replace('file', 'vscode-notebook-cell')}#W{self.count}"
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


async def test_a_finding_stands_in_its_cell_and_its_story_in_others(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    assert await editor.diagnostics(notebook.uris[0]) == []
    (found,) = await editor.diagnostics(notebook.uris[2])
    assert editor.covered(notebook.uris[2], found.range) == 'merged.save_pretrained("out")'
    story = [step.location for step in found.related_information or []]
    assert story[0].uri == notebook.uris[1]
    assert story[0].range.start.line == 2


async def test_the_fix_edits_the_right_cell(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    fix = next(a for a in await editor.actions(notebook.uris[2], "merged.save") if a.is_preferred)
    assert list(edits_by_document(await editor.edit_of(fix))) == [notebook.uris[2]]


async def test_edits_and_moves_of_cells_are_followed(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    assert await editor.diagnostics(notebook.uris[2])
    notebook.insert(2, 'model.save_pretrained("adapter")\n')
    assert await _settled(editor, notebook.uris[3]) == []
    notebook.remove(2)
    assert len(await _settled(editor, notebook.uris[2], 1)) == 1
    notebook.edit(2, "pass\n")
    assert await _settled(editor, notebook.uris[2]) == []


async def test_hover_hints_and_lenses_work_in_cells(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    assert "PeftModel" in await editor.hover(notebook.uris[2], "model.merge")
    assert [line for line, _ in await editor.hints(notebook.uris[2])] == [1]
    assert [line for line, _ in await editor.lenses(notebook.uris[2])] == [2]


async def test_magics_do_not_keep_a_notebook_from_being_linted(editor: Editor) -> None:
    notebook = Notebook(editor, ["%pip install peft\n!nvidia-smi\n", *CELLS])
    assert len(await editor.diagnostics(notebook.uris[3])) == 1
    assert "PeftModel" in await editor.hover(notebook.uris[3], "model.merge")


async def test_closing_a_notebook_takes_all_back(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    assert await editor.diagnostics(notebook.uris[2])
    editor.client.notebook_document_did_close(
        types.DidCloseNotebookDocumentParams(
            notebook_document=types.NotebookDocumentIdentifier(uri=notebook.uri),
            cell_text_documents=[types.TextDocumentIdentifier(uri=uri) for uri in notebook.uris],
        )
    )
    assert await _settled(editor, notebook.uris[2]) == []


async def _settled(editor: Editor, uri: str, count: int = 0) -> list[types.Diagnostic]:
    """Pushed diagnostics of a cell that itself did not change carry no new version: they are waited for."""
    if editor.pulls:
        return await editor.diagnostics(uri)
    await editor.until(lambda: uri in editor.published and len(editor.published[uri].diagnostics) == count)
    return list(editor.published[uri].diagnostics)
