"""The adapter's files are taken away by names that only the run knows, before the merged model comes to their place."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import glob
import os
import shutil
from pathlib import Path

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("kept")
model.save_pretrained("out")
"""
MERGED = 'model.merge_and_unload().save_pretrained("out")\n'
TOGETHER = ["merged-into-adapter-dir"]


def found(away: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(f"{SCRIPT}{away}\n{MERGED}")]


@pytest.mark.parametrize(
    "away",
    [
        'for f in Path("out").glob("adapter_*"):\n    shutil.move(f, Path("adapter") / f.name)',
        'for f in Path("out").glob("adapter_*"):\n    f.unlink(missing_ok=True)',
        'for f in sorted(Path("out").glob("*")):\n    f.rename(Path("adapter") / f.name)',
        'for f in Path("out").iterdir():\n    if f.is_file():\n        f.unlink()',
        'for f in glob.glob("out/adapter_*"):\n    os.remove(f)',
        'for f in os.listdir("out"):\n    os.remove(os.path.join("out", f))',
        'for n in os.listdir("out"):\n    if n.startswith("adapter"):\n        os.replace(f"out/{n}", f"adapter/{n}")',
        '[os.remove(f"out/{n}") for n in os.listdir("out") if n.startswith("adapter_")]',
        'for entry in os.scandir("out"):\n    os.unlink(entry.path)',
        'for root, _, files in os.walk("out"):\n    for f in files:\n        os.remove(os.path.join(root, f))',
        'for name in leftovers:\n    os.remove(f"out/{name}")',
    ],
)
def test_nobody_knows_whether_the_adapter_is_there_still(away: str) -> None:
    assert found(away) == []


@pytest.mark.parametrize(
    "away",
    [
        'for f in Path("out").glob("*.md"):\n    f.unlink()',
        'for f in glob.glob("out/*.log"):\n    os.remove(f)',
        'for f in Path("elsewhere").glob("adapter_*"):\n    f.unlink()',
        'for f in os.listdir("out"):\n    shutil.rmtree(os.path.join("out", f))',  # the files stay
        'for f in os.listdir("out"):\n    print(f.replace("_", " "))',
        'for step in steps:\n    os.remove(f"out/log-{step}.txt")',
    ],
)
def test_what_is_taken_away_is_none_of_its_files(away: str) -> None:
    assert found(away) == TOGETHER


def test_it_is_saved_there_again() -> None:
    away = 'for f in Path("out").iterdir():\n    f.unlink()\n'
    assert found(f'{away}model.save_pretrained("out")') == TOGETHER


def test_taken_away_afterwards() -> None:
    last = 'for f in Path("out").glob("adapter_*"):\n    f.unlink()\n'
    assert [finding.name for finding in lora_lint.check_source(SCRIPT + MERGED + last)] == []


@pytest.mark.parametrize(
    "test",
    [
        'if os.path.exists(p := os.path.join("out", "adapter_config.json")):\n    os.remove(p)',
        'if os.path.isdir("out"):\n    shutil.rmtree("out")',
        'if Path("out").is_dir():\n    os.remove("out/adapter_model.safetensors")',
        'if os.path.isfile("out/adapter_config.json"):\n    shutil.rmtree("out")',
    ],
)
def test_removed_where_it_is_there_it_is_gone_where_it_was_not(test: str) -> None:
    assert found(test) == []


def test_a_test_of_something_else_leaves_it_there() -> None:
    assert found('if os.path.exists("done"):\n    shutil.rmtree("out")') == TOGETHER
    assert found('if not os.path.exists("out"):\n    os.makedirs("out")') == TOGETHER


def test_a_folder_below_that_was_emptied_is_not_said_to_hold_it() -> None:
    script = SCRIPT.replace('save_pretrained("out")', 'save_pretrained("out/last")')
    load = 'PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), "out")\n'
    moved = 'for f in Path("out/last").iterdir():\n    shutil.move(f, "out")\n'
    assert [finding.name for finding in lora_lint.check_source(script + load)] == ["adapter-path-mismatch"]
    assert [finding.name for finding in lora_lint.check_source(script + moved + load)] == []
