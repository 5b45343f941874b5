"""Which ways of taking one of several checkpoints go by the names alone."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

HEAD = """\
import glob
import os
from pathlib import Path

from peft import PeftModel
from transformers import AutoModelForCausalLM

out = "runs/lora"
found = glob.glob(f"{out}/checkpoint-*")
folders = [folder for folder in Path(out).glob("checkpoint-*") if folder.is_dir()]
last = {last}
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), last)
"""
BY_NAME = {
    "the last one": "sorted(found)[-1]",
    "the first one, backwards": "sorted(found, reverse=True)[0]",
    "the largest": "max(found)",
    "of a list": "sorted(folders)[-1]",
    "the largest of a list": "max(folders)",
    "as texts": "sorted([str(folder) for folder in folders])[-1]",
}
OTHERWISE = {
    "by number": 'sorted(found, key=lambda path: int(path.split("-")[-1]))[-1]',
    "by time": "max(found, key=os.path.getmtime)",
    "the first one": "sorted(found)[0]",
    "other files": 'sorted(glob.glob(f"{out}/run-*"))[-1]',
    "a folder of nobody knows what": "max(os.listdir(out))",
    "as they come": "found[-1]",
}


def codes(last: str, more: str = "") -> list[str]:
    script = HEAD.replace("{last}", last) + more
    return [finding.code for finding in check_source(script, config=Config(preview=True))]


@pytest.mark.parametrize("last", BY_NAME.values(), ids=BY_NAME)
def test_the_name_decides(last: str) -> None:
    assert codes(last) == ["LL509"]


@pytest.mark.parametrize("last", OTHERWISE.values(), ids=OTHERWISE)
def test_something_else_decides(last: str) -> None:
    assert codes(last) == []


def test_a_script_that_names_its_checkpoints_may_number_them_with_zeros() -> None:
    assert codes("sorted(found)[-1]", 'model.save_pretrained(f"{out}/checkpoint-{step:05d}")\n') == []
