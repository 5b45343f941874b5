"""What stands under the light bulb."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from editor import Editor, edits_by_document
from lsprotocol import types
from samples import LOST, TWO
from starting import pulling, started

pytestmark = pytest.mark.asyncio

SAVE = 'merged.save_pretrained("out")'
TWICE = LOST + '\nmerged.save_pretrained("again")\n'


async def test_the_fix_of_a_finding_removes_it(editor: Editor) -> None:
    editor.open("train.py", LOST)
    fix = next(a for a in await editor.actions("train.py", SAVE) if a.is_preferred)
    assert fix.title == 'Save the adapter to "out-adapter" before the merge'
    assert fix.diagnostics is not None
    assert [d.code for d in fix.diagnostics] == ["LL101"]
    editor.apply(await editor.edit_of(fix))
    assert 'model.save_pretrained("out-adapter")\nmerged = model.merge' in editor.texts[editor.uri("train.py")]
    assert await editor.codes("train.py") == []


async def test_the_other_layout_is_offered_too(editor: Editor) -> None:
    editor.open("train.py", LOST)
    titles = [a.title for a in await editor.actions("train.py", SAVE)]
    assert any("out-merged" in title and title.endswith("(changes what the script does)") for title in titles)


async def test_edits_are_for_the_version_they_were_made_for(vscode: Editor) -> None:
    vscode.open("train.py", LOST)
    fix = (await vscode.actions("train.py", SAVE))[0]
    edit = await vscode.edit_of(fix)
    assert edit.document_changes is not None
    assert [change.text_document.version for change in edit.document_changes] == [1]  # type: ignore[union-attr]


async def test_all_of_a_rule_are_fixed_at_once(editor: Editor) -> None:
    editor.open("train.py", TWO)
    assert await editor.codes("train.py") == [("LL101", 11), ("LL101", 16)]
    actions = await editor.actions("train.py", 'one.save_pretrained("one")', only=["quickfix"])
    every = next(a for a in actions if a.title == "Fix all 2 of save-after-merge in this file")
    assert every.edit is None, "it is worked out when it is chosen"
    editor.apply(await editor.edit_of(every))
    text = editor.texts[editor.uri("train.py")]
    assert 'first.save_pretrained("one-adapter")\n' in text
    assert 'second.save_pretrained("two-adapter")\n' in text
    assert await editor.codes("train.py") == []


async def test_a_client_that_cannot_resolve_gets_the_edit_at_once(tmp_path: Path) -> None:
    capabilities = pulling()
    assert capabilities.text_document is not None
    assert capabilities.text_document.code_action is not None
    capabilities.text_document.code_action.resolve_support = None
    async with started([tmp_path], capabilities) as editor:
        editor.open("train.py", LOST)
        found = await editor.actions("train.py", SAVE)
        assert all(action.edit is not None for action in found)
        assert "source.fixAll.loraLint" in {action.kind for action in found}


async def test_an_action_that_is_chosen_after_an_edit_is_for_the_text_as_it_is_then(vscode: Editor) -> None:
    vscode.open("train.py", LOST)
    (action,) = await vscode.actions("train.py", "import", only=["source.fixAll.loraLint"])
    top = types.Range(start=types.Position(0, 0), end=types.Position(0, 0))
    vscode.change("train.py", (top, "# a comment\n"))
    vscode.apply(await vscode.edit_of(action))
    text = vscode.texts[vscode.uri("train.py")]
    assert text.startswith("# a comment\n")
    assert 'model.save_pretrained("out-adapter")\nmerged = ' in text


async def test_fix_all_makes_every_safe_fix(editor: Editor) -> None:
    editor.open("train.py", LOST)
    found = await editor.actions("train.py", "import", only=["source.fixAll"])
    assert [a.kind for a in found] == ["source.fixAll.loraLint"]
    editor.apply(await editor.edit_of(found[0]))
    assert await editor.codes("train.py") == []


async def test_fix_all_touches_changed_lines_only(editor: Editor) -> None:
    editor.open("train.py", LOST)
    (action,) = await editor.actions("train.py", "import", only=["source.fixAll.loraLint"])
    (edits,) = edits_by_document(await editor.edit_of(action)).values()
    assert [(e.range.start.line, e.range.end.line) for e in edits] == [(11, 11)]


async def test_fix_all_command_lets_the_client_apply(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.command("loraLint.fixAll", editor.uri("train.py")) is True
    assert await editor.codes("train.py") == []
    assert await editor.command("loraLint.fixAll", editor.uri("train.py")) is False


async def test_no_fix_all_where_nothing_can_be_fixed(editor: Editor) -> None:
    editor.open("train.py", "print(1)\n")
    assert await editor.actions("train.py", "print") == []


async def test_a_finding_is_silenced_on_its_line(editor: Editor) -> None:
    editor.open("train.py", LOST)
    action = next(a for a in await editor.actions("train.py", SAVE) if a.title == "Ignore save-after-merge here")
    editor.apply(await editor.edit_of(action))
    assert f"{SAVE}  # lora-lint: ignore[save-after-merge]\n" in editor.texts[editor.uri("train.py")]
    assert await editor.codes("train.py") == []


async def test_a_silencing_comment_is_not_put_into_a_string_or_behind_a_backslash(editor: Editor) -> None:
    text = LOST.replace(SAVE, 'merged \\\n  .save_pretrained("""\nout""".strip())')
    editor.open("train.py", text)
    assert await editor.codes("train.py") == [("LL101", 13)]
    action = next(a for a in await editor.actions("train.py", "merged \\") if a.title.endswith("here"))
    editor.apply(await editor.edit_of(action))
    changed = editor.texts[editor.uri("train.py")]
    assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(text))
    assert await editor.codes("train.py") == []


async def test_a_rule_is_silenced_in_the_file(editor: Editor) -> None:
    editor.open("train.py", "#!/usr/bin/env python\n" + TWICE)
    action = next(
        a for a in await editor.actions("train.py", SAVE) if a.title == "Ignore save-after-merge in this file"
    )
    editor.apply(await editor.edit_of(action))
    assert editor.texts[editor.uri("train.py")].startswith("#!/usr/bin/env python\n# lora-lint: ignore-file[")
    assert await editor.codes("train.py") == []


async def test_quick_fixes_only_where_they_are_asked_for(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.actions("train.py", SAVE, only=["refactor"]) == []
    kinds = {a.kind for a in await editor.actions("train.py", SAVE, only=["quickfix"])}
    assert kinds == {"quickfix"}
