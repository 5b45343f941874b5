"""Hover, hints, lenses, symbols and the life: what is known of a model, all in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from editor import Editor
from lsprotocol import types
from samples import KEPT, LOST
from starting import pulling, started

import lora_lint

pytestmark = pytest.mark.asyncio

BRANCH = LOST.replace("merged = model.merge", "if flag:\n    model = model.merge").replace("merged.save", "model.save")


async def test_hover_on_a_model_says_its_state_and_the_next_save(editor: Editor) -> None:
    editor.open("train.py", LOST)
    text = await editor.hover("train.py", "model.merge_and_unload")
    assert text.startswith('**PeftModel** · adapter "default": trained, not saved')
    assert "The next save, in line 13, writes:" in text


async def test_hover_on_a_save_says_what_it_writes(editor: Editor) -> None:
    editor.open("train.py", LOST)
    text = await editor.hover("train.py", "merged.save_pretrained")
    assert "merged, trained, not saved" in text
    assert "Saving here writes:\n\n- `out`: config.json, generation_config.json, model.safetensors" in text


async def test_hover_on_a_finding_says_why_it_matters(editor: Editor) -> None:
    editor.open("train.py", LOST)
    text = await editor.hover("train.py", "merged.save_pretrained")
    assert "**LL101 save-after-merge** · [the whole page](https://" in text
    reason = lora_lint.explain("LL101").partition("## Why it matters\n")[2].partition("\n## ")[0].strip()
    assert reason in text
    text = await editor.hover("train.py", "model.merge_and_unload")
    assert "LL101" not in text


async def test_hover_on_a_finding_where_no_model_stands(editor: Editor) -> None:
    editor.open("train.py", LOST.replace('merged.save_pretrained("out")', ""))
    assert await editor.codes("train.py") == [("LL105", 10)]
    text = await editor.hover("train.py", "args=options")
    assert text.startswith("**LL105 adapter-never-saved**")


async def test_hover_names_both_states_of_a_branch(editor: Editor) -> None:
    editor.open("train.py", BRANCH)
    text = await editor.hover("train.py", "model.save_pretrained")
    assert text.startswith("One of these, by path:")
    assert "- **PeftModel**" in text
    assert ", merged**" in text


@pytest.mark.parametrize(
    ("comment", "name"),
    [
        ("# noqa: LL101", "LL101"),
        ("# noqa: E501, LL101", "LL101"),
        ("# lora-lint: ignore[save-after-merge]", "save-after-merge"),
    ],
)
async def test_hover_on_a_suppressed_rule_shows_its_page(editor: Editor, comment: str, name: str) -> None:
    editor.open("train.py", LOST.replace('("out")', f'("out")  {comment}'))
    page = await editor.hover("train.py", comment, comment.index(name) + 2)
    assert "LL101" in page
    assert "save-after-merge" in page


async def test_hover_elsewhere_is_silent(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.hover("train.py", "load_dataset(") == ""


async def test_hover_in_plain_text_for_clients_without_markdown(tmp_path: Path) -> None:
    capabilities = pulling()
    assert capabilities.text_document is not None
    capabilities.text_document.hover = types.HoverClientCapabilities(content_format=[types.MarkupKind.PlainText])
    async with started([tmp_path], capabilities) as editor:
        editor.open("train.py", LOST)
        assert "*" not in await editor.hover("train.py", "model.merge_and_unload")


async def test_hints_follow_the_lines_that_change_the_model(editor: Editor) -> None:
    editor.open("train.py", LOST)
    hints = dict(await editor.hints("train.py"))
    assert hints[6] == 'PeftModel · adapter "default": untrained'
    assert hints[10] == 'PeftModel · adapter "default": trained, not saved'
    assert hints[12].startswith("plain LlamaForCausalLM, merged")
    assert 13 not in hints


async def test_hints_are_off_in_files_without_findings_unless_they_are_wished(tmp_path: Path) -> None:
    async with started([tmp_path], pulling()) as editor:
        editor.open("train.py", KEPT)
        assert await editor.hints("train.py") == []
    async with started([tmp_path], pulling(), {"loraLint": {"inlayHints": "on"}}) as editor:
        editor.open("train.py", KEPT)
        assert await editor.hints("train.py") != []
    async with started([tmp_path], pulling(), {"loraLint": {"inlayHints": "off"}}) as editor:
        editor.open("train.py", LOST)
        assert await editor.hints("train.py") == []


async def test_lenses_stand_over_saves_and_the_entry(editor: Editor) -> None:
    editor.open("train.py", LOST)
    assert await editor.lenses("train.py") == [(1, "▶ Verify adapter files"), (13, "▶ Verify adapter files")]
    main = LOST.replace("rows =", 'if __name__ == "__main__":\n    pass\nrows =')
    editor.change("train.py", main)
    assert [line for line, _ in await editor.lenses("train.py")] == [8, 15]


async def test_no_lens_where_nothing_is_saved(editor: Editor) -> None:
    editor.open("train.py", "import peft\n\nprint(1)\n")
    assert await editor.lenses("train.py") == []


async def test_symbols_are_the_life_of_each_model(editor: Editor) -> None:
    editor.open("train.py", LOST)
    found = await editor.wait(
        editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(text_document=editor.identifier("train.py"))
        )
    )
    (model,) = found
    steps = [(child.selection_range.start.line + 1, child.name) for child in model.children]
    assert steps == [(5, "created"), (6, "wrapped"), (10, "trained"), (12, "merged"), (13, "saved in out")]
    for child in model.children:
        assert model.range.start.line <= child.range.start.line <= child.range.end.line <= model.range.end.line


async def test_the_life_has_steps_states_files_and_findings(editor: Editor) -> None:
    editor.open("train.py", LOST)
    life = await editor.request("loraLint/life", {"uri": editor.uri("train.py")})
    (model,) = life.models
    assert [(step.kind, step.phase) for step in model.steps] == [
        ("created", "plain"),
        ("wrapped", "untrained"),
        ("trained", "trained"),
        ("merged", "merged"),
        ("saved", "merged"),
    ]
    saved = model.steps[-1]
    assert (saved.code, saved.range.start.line) == ('merged.save_pretrained("out")', 12)
    assert [(finding.code, finding.notes[0].partition(":")[0]) for finding in saved.findings] == [("LL101", "missing")]
    assert saved.saves[0].adapter is False
    assert saved.saves[0].directories.out == ["config.json", "generation_config.json", "model.safetensors"]
    assert list(life.findings) == []


async def test_the_life_names_findings_of_lines_that_are_no_step(editor: Editor) -> None:
    text = LOST.replace("rows = load", "import torch\n\noptimizer = torch.optim.AdamW(model.parameters())\nrows = load")
    lines = text.splitlines(keepends=True)
    wrap = next(line for line in lines if "get_peft_model(" in line)
    lines.remove(wrap)
    at = next(n for n, line in enumerate(lines) if line.startswith("rows"))
    early = "".join([*lines[:at], wrap, *lines[at:]]).replace(
        "args=options", "args=options, optimizers=(optimizer, None)"
    )
    editor.open("train.py", early)
    life = await editor.request("loraLint/life", {"uri": editor.uri("train.py")})
    assert [(finding.code, finding.range.start.line) for finding in life.findings] == [("LL402", 8)]


async def test_the_life_of_broken_text_says_why_there_is_none(editor: Editor) -> None:
    editor.open("train.py", "from peft import (\n")
    life = await editor.request("loraLint/life", {"uri": editor.uri("train.py")})
    assert "not valid Python" in life.trouble
    assert list(life.models) == []
