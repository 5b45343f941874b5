"""A checkpoint to go on from: which trainings look for it."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import os

import torch
from peft import LoraConfig, PeftModel, get_peft_model, set_peft_model_state_dict
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

last = get_last_checkpoint("out") if os.path.isdir("out") else None
base = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
model = get_peft_model(base, LoraConfig())
args = TrainingArguments("out", resume_from_checkpoint=last)
trainer = Trainer(model, args, train_dataset=rows)
trainer.train()
"""
SETTING = "resume_from_checkpoint=last"
TRAIN = "trainer.train()"
OWN = """\
class Mine(Trainer):
    def _inner_training_loop(self, *given, **options):
        options.setdefault("resume_from_checkpoint", self.args.resume_from_checkpoint)
        return super()._inner_training_loop(*given, **options)


"""


def found(*changes: tuple[str, str]) -> list[str]:
    text = SCRIPT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [f.name for f in lora_lint.check_source(text, config=lora_lint.Config(preview=True))]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="the last one"),
        pytest.param([(SETTING, "resume_from_checkpoint=True")], id="whichever is the last"),
        pytest.param([(SETTING, 'resume_from_checkpoint="out/checkpoint-500"')], id="by name"),
        pytest.param([(SETTING, "**{'resume_from_checkpoint': last}")], id="among others"),
        pytest.param([(f", {SETTING}", ""), (TRAIN, f"args.resume_from_checkpoint = last\n{TRAIN}")], id="set later"),
        pytest.param([(TRAIN, f"if last:\n    print('goes on')\n{TRAIN}")], id="asked for, and not given"),
        pytest.param(
            [("trainer = Trainer(", "class Mine(Trainer):\n    pass\n\n\ntrainer = Mine(")], id="a class of its own"
        ),
    ],
)
def test_no_trainer_reads_its_arguments_for_it(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == ["checkpoint-not-resumed"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(TRAIN, "trainer.train(resume_from_checkpoint=last)")], id="given"),
        pytest.param([(TRAIN, "trainer.train(last)")], id="given without its name"),
        pytest.param([(TRAIN, "trainer.train(**options)")], id="given with others, perhaps"),
        pytest.param([(TRAIN, f"if last:\n    trainer.train(last)\nelse:\n    {TRAIN}")], id="where there is one"),
        pytest.param(
            [(TRAIN, f"if last is not None:\n    trainer.train(last)\nelse:\n    {TRAIN}")], id="where it is not None"
        ),
        pytest.param([(SETTING, "resume_from_checkpoint=None")], id="none is asked for"),
        pytest.param([(f", {SETTING}", "")], id="not set"),
        pytest.param([(TRAIN, f"trainer._load_from_checkpoint(last)\n{TRAIN}")], id="the trainer is told to load it"),
        pytest.param(
            [("get_peft_model(base, LoraConfig())", 'PeftModel.from_pretrained(base, "out", is_trainable=True)')],
            id="the adapter was loaded",
        ),
        pytest.param(
            [("args = ", 'set_peft_model_state_dict(model, torch.load("adapter.pt"))\nargs = ')],
            id="its weights were put in",
        ),
        pytest.param([("model = get_peft_model(base, LoraConfig())", "model = base")], id="no adapter"),
        pytest.param([("trainer = Trainer(", f"{OWN}trainer = Mine(")], id="a class of its own reads it"),
    ],
)
def test_it_is_given_or_not_wanted(changes: list[tuple[str, str]]) -> None:
    assert found(*changes) == []


def test_the_fix_passes_on_what_was_asked_for() -> None:
    fixed = lora_lint.fix_source(SCRIPT, "x.py", lora_lint.Config(preview=True), unsafe=True).text
    assert "trainer.train(resume_from_checkpoint=trainer.args.resume_from_checkpoint)" in fixed
    assert found((TRAIN, "Trainer(model, args).train()")) == ["checkpoint-not-resumed"]
    nameless = SCRIPT.replace(TRAIN, "Trainer(model, args).train()")
    assert lora_lint.fix_source(nameless, "x.py", lora_lint.Config(preview=True), unsafe=True).text == nameless
