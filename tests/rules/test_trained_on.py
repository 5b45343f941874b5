"""An adapter that is saved and trained on without another save, and one whose save is removed again."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import os, shutil, subprocess, tarfile, tempfile
import torch
from datasets import load_dataset
from elsewhere import finish
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

tokenizer = AutoTokenizer.from_pretrained("facebook/opt-350m")
rows = load_dataset("rows", split="train")
model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())


def stage(model, to="runs", **settings):
    trainer = Trainer(model=model, args=TrainingArguments(to, **settings), train_dataset=rows)
    trainer.train()
    return trainer


"""
FIRST = 'stage(model, save_strategy="no")\nmodel.save_pretrained("out")\n'


def codes(body: str) -> list[str]:
    return [finding.code for finding in lora_lint.check_source(f"{HEAD}{body}\n")]


@pytest.mark.parametrize(
    "second",
    [
        'stage(model, save_strategy="no")',
        'stage(model, save_strategy="no")\ntokenizer.save_pretrained("out")',
        "adam = torch.optim.Adam(model.parameters())\nfor b in rows:\n    model(**b).loss.backward()\n    adam.step()",
    ],
)
def test_what_is_learned_behind_the_only_save_is_lost(second: str) -> None:
    assert codes(FIRST + second) == ["LL105"]


@pytest.mark.parametrize(
    "second",
    [
        "stage(model)",  # with checkpoints
        'stage(model, save_strategy="no").save_model("two")',
        'stage(model, save_strategy="no")\nmodel.push_to_hub("me/adapter")',
        'stage(model, save_strategy="no")\nfinish(model)',
        'print(stage(model, save_strategy="no").evaluate())',
        'if os.environ.get("MORE"):\n    stage(model, save_strategy="no")',
        "for n in range(3):\n    stage(model, save_strategy='no')\n    model.save_pretrained(f'out-{n}')",
    ],
)
def test_what_is_kept_looked_at_or_only_made_at_times_is_not_reported(second: str) -> None:
    assert codes(FIRST + second) == []


SAVED = 'work = tempfile.mkdtemp()\nstage(model, work)\nmodel.save_pretrained(os.path.join(work, "adapter"))\n'


@pytest.mark.parametrize("work", ["tempfile.mkdtemp()", '"work"'])
def test_a_save_that_is_removed_with_nothing_done_to_it_is_lost(work: str) -> None:
    removed = SAVED.replace("tempfile.mkdtemp()", work) + "tokenizer.save_pretrained(work)\nshutil.rmtree(work)"
    assert codes(removed) == ["LL105"]
    assert codes("try:\n    " + removed.replace("\n", "\n    ").replace("    shutil", "finally:\n    shutil")) == [
        "LL105"
    ]


@pytest.mark.parametrize(
    "between",
    [
        'shutil.copytree(work, "/mnt/adapter")',
        'subprocess.run(["rsync", "-a", work, "host:"])',
        'with tarfile.open("adapter.tgz", "w:gz") as archive:\n    archive.add(work)',
        "finish(work)",
        'print(os.listdir(os.path.join(work, "adapter")))',
        'assert os.path.exists(os.path.join(work, "adapter", "adapter_config.json"))',
        'other = AutoModelForCausalLM.from_pretrained(os.path.join(work, "adapter"))',
    ],
)
def test_what_is_taken_elsewhere_or_looked_at_before_may_be_removed(between: str) -> None:
    assert codes(f"{SAVED}{between}\nshutil.rmtree(work)") == []


TEMPORARY = """\
with tempfile.TemporaryDirectory() as work:
    stage(model, work, save_strategy="no")
    target = os.path.join(work, "adapter")
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
"""


@pytest.mark.parametrize("behind", ["", "print(os.listdir(target))", "finish(target)"])
def test_a_temporary_directory_is_gone_when_its_block_ends(behind: str) -> None:
    [finding] = lora_lint.check_source(f"{HEAD}{TEMPORARY}{behind}\n")
    assert (finding.code, "directory that is removed again" in finding.message) == ("LL105", True)
    assert finding.location.row == HEAD.count("\n") + 4


@pytest.mark.parametrize(
    "inside",
    [
        "print(PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained('facebook/opt-350m'), target))",
        "assert os.path.exists(target + '/adapter_config.json')",
        "finish(target)",
        "shutil.copytree(target, 'adapter')",
    ],
)
def test_what_is_looked_at_or_taken_elsewhere_within_its_block_was_wanted_there(inside: str) -> None:
    assert codes(f"{TEMPORARY}    {inside}") == []


def test_a_trainer_that_is_evaluated_before_its_adapter_is_saved_and_removed() -> None:
    assert codes(SAVED.replace("stage(model, work)", "stage(model, work).evaluate()") + "shutil.rmtree(work)") == [
        "LL105"
    ]
