"""A test that is asked twice in the same words: a path on which it is answered both ways is no ground for a finding."""

from __future__ import annotations

import pytest

from lora_lint import check_source

HEAD = """\
import os
import sys
import torch
from elsewhere import is_main
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

name = sys.argv[1]
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
Trainer(model=model, args=TrainingArguments("c", save_strategy="no"), train_dataset=data).train()
"""
TESTS = [
    "torch.cuda.is_available()",
    "is_main()",
    'name.endswith("-merged")',
    'not name.endswith("-merged")',
    "len(sys.argv) > 2",
    'os.environ.get("MERGE", "0").lower() == "true"',
    'os.path.exists("here")',
]
KEPT = 'model.save_pretrained("adapter")\n'
MERGED = '    model = model.merge_and_unload()\n    model.save_pretrained("out")\n'


def findings(text: str) -> list[str]:
    return [finding.name for finding in check_source(HEAD + text)]


@pytest.mark.parametrize("test", TESTS)
def test_what_is_saved_before_is_saved_where_the_test_holds_again(test: str) -> None:
    assert findings(f"if {test}:\n    {KEPT}if {test}:\n{MERGED}") == []


@pytest.mark.parametrize("test", TESTS)
def test_in_a_function_as_well(test: str) -> None:
    body = f"if {test}:\n    {KEPT}if {test}:\n{MERGED}".replace("\n", "\n    ")
    assert findings(f"def finish(model):\n    {body}\nfinish(model)\n") == []


@pytest.mark.parametrize("test", TESTS)
def test_without_that_save_the_adapter_is_lost_all_the_same(test: str) -> None:
    assert findings(f"if {test}:\n    print(1)\nif {test}:\n{MERGED}")[:1] == ["save-after-merge"]


def test_of_another_value_it_is_another_test() -> None:
    asked = "answer = input()\nif answer:\n"
    assert findings(f"{asked}    {KEPT}{asked}{MERGED}")[:1] == ["save-after-merge"]


@pytest.mark.parametrize("path", ["Path(sys.argv[2])", 'Path("sft")'])
def test_whether_a_file_is_there_is_one_question_in_whichever_function_and_words(path: str) -> None:
    script = f"""\
from pathlib import Path
from peft import PeftModel
from trl import DPOTrainer

def with_adapter(base, folder):
    if folder.exists():
        return PeftModel.from_pretrained(base, str(folder), is_trainable=True)
    return base

adapter = {path}
trained_before = adapter.exists()
actor = with_adapter(AutoModelForCausalLM.from_pretrained("gpt2"), adapter)
config = None
if not trained_before:
    config = LoraConfig()
DPOTrainer(model=actor, peft_config=config, args=TrainingArguments("d"), train_dataset=data).train()
"""
    assert findings(script + KEPT) == []
    assert "wrapped-twice" in findings(script.replace("if not trained_before", "if trained_before") + KEPT)


def test_what_the_script_has_written_may_be_there_when_it_asks_again() -> None:
    script = """\
from pathlib import Path

if os.path.exists("base"):
    model.save_pretrained("adapter")
else:
    AutoModelForCausalLM.from_pretrained("gpt2").save_pretrained("base")
if Path("base").exists():
    model = model.merge_and_unload()
    model.save_pretrained("out")
"""
    assert findings(script)[:1] == ["save-after-merge"]
