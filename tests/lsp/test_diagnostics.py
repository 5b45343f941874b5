"""Findings as diagnostics."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor import Editor
from lsprotocol import types
from samples import KEPT, LOST, REDUNDANT
from starting import pushed_to, started

pytestmark = pytest.mark.asyncio


async def test_a_finding_has_code_page_story_and_data(editor: Editor) -> None:
    editor.open("train.py", LOST)
    (found,) = await editor.diagnostics("train.py")
    assert (found.source, found.code, found.severity) == ("lora-lint", "LL101", types.DiagnosticSeverity.Error)
    assert editor.covered("train.py", found.range) == 'merged.save_pretrained("out")'
    assert found.code_description is not None
    assert found.code_description.href.endswith("/save-after-merge/")
    assert found.message.startswith('"out" gets the merged model; the trained adapter is saved nowhere')
    assert isinstance(found.data, dict)
    assert (found.data["name"], found.data["fix"], found.data["stale"]) == ("save-after-merge", "safe", False)
    story = [(step.location.range.start.line + 1, step.message) for step in found.related_information or []]
    assert story[0] == (10, 'adapter "default" is trained here')
    assert story[1][0] == 12
    assert story[1][1].startswith("merged here")


async def test_code_that_can_go_is_tagged_as_unnecessary(editor: Editor) -> None:
    editor.open("train.py", REDUNDANT)
    (found,) = await editor.diagnostics("train.py")
    assert (found.code, found.tags) == ("LL201", (types.DiagnosticTag.Unnecessary,))
    assert editor.covered("train.py", found.range) == 'model.add_adapter("default", config)'
    editor.change("train.py", LOST)
    (found,) = await editor.diagnostics("train.py")
    assert not found.tags


async def test_the_unsaved_buffer_is_what_is_linted(editor: Editor) -> None:
    editor.write("train.py", KEPT)
    editor.open("train.py", KEPT)
    assert await editor.codes("train.py") == []
    editor.change("train.py", (editor.span("train.py", 'model.save_pretrained("adapter")\n'), ""))
    assert await editor.codes("train.py") == [("LL101", 13)]


async def test_an_edit_moves_the_finding_with_its_line(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.codes("train.py") == [("LL101", 13)]
    top = types.Range(start=types.Position(0, 0), end=types.Position(0, 0))
    editor.change("train.py", (top, "# a comment\n\n"))
    assert await editor.codes("train.py") == [("LL101", 15)]


async def test_what_is_pushed_carries_its_version_and_what_is_pulled_is_never_pushed(editor: Editor) -> None:
    editor.open("train.py", LOST)
    await editor.diagnostics("train.py")
    editor.change("train.py", KEPT)
    await editor.diagnostics("train.py")
    uri = editor.uri("train.py")
    if editor.pulls:
        assert uri not in editor.published
    else:
        assert editor.published[uri].version == 2


async def test_the_same_result_is_not_sent_twice_to_who_asks(vscode: Editor) -> None:
    vscode.open("train.py", LOST)
    first = await vscode.pull("train.py")
    assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
    again = await vscode.pull("train.py", first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    vscode.change("train.py", KEPT)
    changed = await vscode.pull("train.py", first.result_id)
    assert isinstance(changed, types.RelatedFullDocumentDiagnosticReport)


async def test_closing_takes_pushed_diagnostics_back(tmp_path: Path) -> None:
    async with started([tmp_path], pushed_to()) as editor:
        editor.open("train.py", LOST)
        assert await editor.diagnostics("train.py")
        editor.close("train.py")
        await editor.until(lambda: not editor.published[editor.uri("train.py")].diagnostics)


async def test_a_suppressed_finding_is_silent(editor: Editor) -> None:
    editor.open("train.py", LOST.replace('pretrained("out")', 'pretrained("out")  # noqa: LL101'))
    assert await editor.codes("train.py") == []


@pytest.mark.parametrize("kind", list(types.PositionEncodingKind))
async def test_columns_count_in_the_units_that_the_client_chose(
    tmp_path: Path, kind: types.PositionEncodingKind
) -> None:
    """Behind astral characters the three encodings differ."""
    shifted = LOST.replace('merged.save_pretrained("out")', '"\U0001f600é"; merged.save_pretrained("\U0001f9ea")')
    async with started([tmp_path], pushed_to(), encodings=[kind]) as editor:
        assert editor.encoding is kind
        editor.open("train.py", shifted)
        (found,) = await editor.diagnostics("train.py")
        assert editor.covered("train.py", found.range) == 'merged.save_pretrained("\U0001f9ea")'
        editor.change("train.py", (editor.span("train.py", "\U0001f9ea"), "out"))
        (found,) = await editor.diagnostics("train.py")
        assert found.message.startswith('"out" gets')


async def test_form_feeds_do_not_end_a_line(editor: Editor) -> None:
    """Python files have them, `str.splitlines` splits at them, the protocol does not."""
    editor.open("train.py", LOST.replace("rows = load", "\x0c\nrows = load").replace('"runs"', '"ru\u2028ns"'))
    (found,) = await editor.diagnostics("train.py")
    assert editor.covered("train.py", found.range) == 'merged.save_pretrained("out")'
    editor.change("train.py", (editor.span("train.py", '"out"'), '"elsewhere"'))
    (found,) = await editor.diagnostics("train.py")
    assert editor.covered("train.py", found.range) == 'merged.save_pretrained("elsewhere")'


async def test_windows_line_ends(editor: Editor) -> None:
    editor.open("train.py", LOST.replace("\n", "\r\n"))
    (found,) = await editor.diagnostics("train.py")
    assert editor.covered("train.py", found.range) == 'merged.save_pretrained("out")'
