"""A script and the modules that it imports."""

from __future__ import annotations

import asyncio

import pytest
from editor import Editor
from lsprotocol import types

pytestmark = pytest.mark.asyncio

TRAIN = """from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

from saving import finish

model = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(model, LoraConfig(r=8, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
rows = load_dataset("json", data_files="train.jsonl", split="train")
options = TrainingArguments("runs", max_steps=2, save_strategy="no", report_to="none")
Trainer(model=model, args=options, train_dataset=rows).train()
finish(model)
"""
LOSES = """def finish(model):
    merged = model.merge_and_unload()
    merged.save_pretrained("out")
"""
KEEPS = LOSES.replace("    merged = ", '    model.save_pretrained("adapter")\n    merged = ')


async def test_a_finding_stands_in_the_module_where_the_call_is(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("train.py", TRAIN)
    editor.write("saving.py", LOSES)
    editor.open("saving.py", LOSES)
    (found,) = await editor.diagnostics("saving.py")
    assert (found.code, found.range.start.line) == ("LL101", 2)
    uris = {step.location.uri for step in found.related_information or []}
    assert uris == {editor.uri("train.py"), editor.uri("saving.py")}


async def test_typing_in_a_module_changes_what_is_found_in_another_open_one(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("train.py", TRAIN)
    editor.write("saving.py", LOSES)
    editor.open("saving.py", LOSES)
    editor.open("train.py", TRAIN)
    assert await editor.codes("saving.py") == [("LL101", 3)]
    refreshes = editor.client.diagnostic_refresh_count
    editor.change("train.py", (editor.span("train.py", ".train()"), ""))
    if editor.pulls:
        await editor.until(lambda: editor.client.diagnostic_refresh_count > refreshes)
        assert await editor.codes("saving.py") == []
    else:
        await editor.until(lambda: not editor.published[editor.uri("saving.py")].diagnostics)


async def test_an_import_that_is_taken_out_changes_what_is_found_in_the_module(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("train.py", TRAIN)
    editor.write("saving.py", LOSES)
    editor.open("train.py", TRAIN)
    editor.open("saving.py", LOSES)
    await editor.becomes("saving.py", [("LL101", 3)])
    editor.change("train.py", (editor.span("train.py", " "), " "))  # nothing yet
    assert await editor.codes("train.py") == []
    editor.change("train.py", (editor.span("train.py", "from saving import finish\n"), "finish = print\n"))
    await editor.becomes("saving.py", [])


async def test_modules_that_are_typed_in_by_turns_are_told_of_their_last_text(editor: Editor) -> None:
    """Each change has the other module linted again, too: that must not keep anyone from being told."""
    editor.write("pyproject.toml", "")
    for name, text in (("train.py", TRAIN), ("saving.py", LOSES)):
        editor.write(name, text)
        editor.open(name, text)
    for number in range(20):
        for name in ("train.py", "saving.py"):
            editor.change(name, (types.Range(types.Position(0, 0), types.Position(0, 0)), f"# {number}\n"))
            await asyncio.sleep(0.03 * (number % 3))
        assert await editor.codes("train.py") == []
        assert await editor.codes("saving.py") == [("LL101", 4 + number)]


async def test_typing_in_one_module_changes_what_is_found_in_its_neighbour(editor: Editor) -> None:
    """A script leads through both: what the first does to the model counts in the second."""
    editor.write("pyproject.toml", "")
    train = TRAIN.replace("from saving", "from fitting import fit\nfrom saving")
    editor.write(
        "train.py", train.replace("Trainer(model=model, args=options, train_dataset=rows).train()", "fit(model)")
    )
    fit = "def fit(model):\n    optimizer_steps(model)\n"
    trains = "from transformers import Trainer\n\n\ndef fit(model):\n    Trainer(model=model).train()\n"
    editor.write("fitting.py", fit)
    editor.write("saving.py", LOSES)
    editor.open("saving.py", LOSES)
    editor.open("fitting.py", trains)
    await editor.becomes("saving.py", [("LL101", 3)])
    editor.change("fitting.py", (editor.span("fitting.py", "    Trainer(model=model).train()"), "    pass"))
    await editor.becomes("saving.py", [])


async def test_a_module_that_changes_on_disk_counts_at_once(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("train.py", TRAIN)
    editor.write("saving.py", KEEPS)
    editor.open("saving.py", KEEPS)
    assert await editor.codes("saving.py") == []
    editor.change("saving.py", LOSES)
    assert await editor.codes("saving.py") == [("LL101", 3)]
    editor.write("train.py", TRAIN.replace(".train()", ""))
    editor.changed_on_disk("train.py")
    await editor.becomes("saving.py", [])


async def test_closing_without_saving_brings_the_text_on_disk_back(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("train.py", TRAIN)
    editor.write("saving.py", LOSES)
    editor.open("saving.py", LOSES)
    editor.open("train.py", TRAIN.replace(".train()", ""))
    await editor.becomes("saving.py", [])
    editor.close("train.py")
    await editor.becomes("saving.py", [("LL101", 3)])


async def test_a_new_file_that_imports_a_module_counts_at_once(editor: Editor) -> None:
    editor.write("pyproject.toml", "")
    editor.write("saving.py", LOSES)
    editor.open("saving.py", LOSES)
    assert await editor.codes("saving.py") == []
    editor.write("train.py", TRAIN)
    editor.changed_on_disk("train.py", kind=types.FileChangeType.Created)
    await editor.becomes("saving.py", [("LL101", 3)])
