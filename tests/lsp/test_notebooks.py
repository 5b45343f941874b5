"""Notebooks: the cells are one script, every place is in a cell."""

from __future__ import annotations

import pytest
from editor import Editor, edits_by_document
from lsprotocol import types
from notebook import Notebook
from samples import LOST

from lora_lint_lsp.analyst import Analyst
from lora_lint_lsp.features import make_server

pytestmark = pytest.mark.asyncio

HEAD, REST = LOST.split("rows = ")
CELLS = [HEAD, "rows = " + REST.split("merged = ")[0], "merged = " + REST.split("merged = ")[1]]


async def test_a_finding_stands_in_its_cell_and_its_story_in_others(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS)
    assert await editor.diagnostics(notebook.uris[0]) == []
    (found,) = await editor.diagnostics(notebook.uris[2])
    assert editor.covered(notebook.uris[2], found.range) == 'merged.save_pretrained("out")'
    story = [step.location for step in found.related_information or []]
    assert story[0].uri == notebook.uris[1]
    assert story[0].range.start.line == 2


async def test_cells_are_sent_their_diagnostics_and_never_asked_for_them(vscode: Editor) -> None:
    """VS Code forgets what it has asked for when a cell is scrolled out of sight."""
    notebook = Notebook(vscode, CELLS)
    assert await vscode.codes(notebook.uris[2]) == [("LL101", 2)]
    report = await vscode.pull(notebook.uris[2])
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert list(report.items) == []
    asked = make_server(Analyst()).protocol.fm.feature_options[types.TEXT_DOCUMENT_DIAGNOSTIC]
    assert {each.scheme for each in asked.document_selector} == {"file", "untitled"}


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
    await editor.until(lambda: uri in editor.published and len(editor.published[uri].diagnostics) == count)
    return list(editor.published[uri].diagnostics)


async def test_cells_have_the_numbers_that_people_count(editor: Editor) -> None:
    """Cells of text count, too, as they do on the command line."""
    notebook = Notebook(editor, ["Fine-tuning", *CELLS], text_cells=[0])
    editor.write("train.ipynb", notebook.on_disk())
    assert await editor.codes(notebook.uris[3]) == [("LL101", 2)]
    life = await editor.request("loraLint/life", {"uri": notebook.uri})
    assert [step.cell for step in life.models[0].steps] == [2, 2, 3, 4, 4]


async def test_a_notebook_sees_the_modules_beside_it(editor: Editor) -> None:
    editor.write("saving.py", "def finish(model):\n    model.save_pretrained('adapter')\n")
    notebook = Notebook(editor, [CELLS[0], CELLS[1], "from saving import finish\nfinish(model)\n" + CELLS[2]])
    editor.write("train.ipynb", notebook.on_disk())
    assert await editor.codes(notebook.uris[2]) == []
    notebook.edit(2, CELLS[2])
    assert await editor.codes(notebook.uris[2]) == [("LL101", 2)]


async def test_a_notebook_that_was_never_saved(editor: Editor) -> None:
    notebook = Notebook(editor, CELLS, uri="untitled:Untitled-1.ipynb")
    assert await editor.codes(notebook.uris[2]) == [("LL101", 2)]
