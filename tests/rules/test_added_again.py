"""add_adapter of a name that the model has: transformers' own on a plain model, and in loops."""

from __future__ import annotations

import pytest

from lora_lint import Finding, check_source

HEAD = """\
import sys

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("gpt2")
"""
TRAIN = 'Trainer(model=model, args=TrainingArguments("out")).train()\nmodel.save_pretrained("out")\n'
ROUND = '    Trainer(model=model, args=TrainingArguments("out")).train()\n    model.save_pretrained(f"out/{task}")\n'
PLAIN = "    model.add_adapter(LoraConfig(), adapter_name={name})\n"
ON_PEFT = "    model.add_adapter({name}, LoraConfig())\n    model.set_adapter({name})\n"


def told(text: str) -> list[Finding]:
    return [found for found in check_source(text) if found.name == "redundant-add-adapter"]


@pytest.mark.parametrize("name", ["", ', adapter_name="law"'])
def test_transformers_own_add_adapter_twice_raises(name: str) -> None:
    [found] = told(HEAD + f"model.add_adapter(LoraConfig(){name})\n" * 2 + TRAIN)
    assert (found.location.row, found.severity) == (8, "error")
    assert found.fix is not None
    assert found.fix.applicability == "safe"


def test_the_second_round_of_a_loop_raises() -> None:
    """Its first round needs the call, and a plain model has no `peft_config` to ask: there is no fix."""
    [found] = told(HEAD + 'for task in ["law", "code"]:\n' + PLAIN.format(name='"law"') + ROUND)
    assert (found.severity, found.fix) == ("warning", None)


def test_on_a_peft_model_the_first_round_keeps_its_call() -> None:
    wrap = "model = get_peft_model(model, LoraConfig())\n"
    [found] = told(HEAD + wrap + 'for task in ["law", "code"]:\n' + ON_PEFT.format(name='"law"') + ROUND)
    assert found.fix is not None
    assert [edit.content.split("\n")[0].strip() for edit in found.fix.edits] == ['if "law" not in model.peft_config:']


@pytest.mark.parametrize("tasks", ["sys.argv[1:]", '["law", "code"]'])
def test_a_name_for_each_round_is_new(tasks: str) -> None:
    assert told(HEAD + f"for task in {tasks}:\n" + PLAIN.format(name="task") + ROUND) == []


def test_one_that_was_taken_out_can_be_added_again() -> None:
    again = PLAIN.format(name='"law"') + ROUND + '    model.delete_adapter("law")\n'
    assert told(HEAD + "for task in sys.argv[1:]:\n" + again) == []
