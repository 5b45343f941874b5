"""Adapters that are saved where another one was: which of them are lost."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import os
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

config = LoraConfig(task_type="CAUSAL_LM")
for task in {tasks}:
    trainer = SFTTrainer(
        "Qwen/Qwen2.5-0.5B",
        args=SFTConfig("runs", save_strategy="no"),
        train_dataset=rows[task],
        peft_config=config,
    )
    trainer.train()
    trainer.save_model("adapter")
"""
SAVE = '    trainer.save_model("adapter")\n'
KNOWN, ARGUMENTS = '("summarise", "rewrite")', "sys.argv[1:]"


def found(*changes: tuple[str, str], tasks: str = KNOWN) -> list[str]:
    text = SCRIPT.replace("{tasks}", tasks)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return [f.name for f in lora_lint.check_source(text, config=lora_lint.Config(preview=True))]


@pytest.mark.parametrize("tasks", [KNOWN, ARGUMENTS])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([], id="by the trainer"),
        pytest.param([(SAVE, '    trainer.model.save_pretrained("adapter")\n')], id="by the model"),
        pytest.param([(SAVE, "    trainer.save_model()\n")], id="to the directory of the runs"),
        pytest.param([(SAVE, SAVE + '    print("saved", task)\n')], id="something is said of it"),
    ],
)
def test_each_round_saves_over_the_adapter_of_the_last(changes: list[tuple[str, str]], tasks: str) -> None:
    assert found(*changes, tasks=tasks) == ["adapter-overwritten"]


def test_an_option_that_keeps_its_default() -> None:
    option = (
        'import argparse\n\nparser = argparse.ArgumentParser()\nparser.add_argument("--out", default="adapter")\n'
        'options = parser.parse_args()\nconfig = LoraConfig(task_type="CAUSAL_LM")\n'
    )
    changes = [('config = LoraConfig(task_type="CAUSAL_LM")\n', option), ('"adapter")\n' + "", '"adapter")\n')]
    assert found(*changes, (SAVE, "    trainer.save_model(options.out)\n")) == ["adapter-overwritten"]
    named = '    trainer.save_model(f"{options.out}/{task}")\n'
    assert found(*changes, (SAVE, named)) == []


@pytest.mark.parametrize("tasks", [KNOWN, ARGUMENTS])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([(SAVE, '    trainer.save_model(f"adapter/{task}")\n')], id="each has its directory"),
        pytest.param([(SAVE, SAVE + '    trainer.model.push_to_hub(f"me/{task}")\n')], id="each is pushed"),
        pytest.param([(SAVE, SAVE + "    print(trainer.evaluate())\n")], id="each is evaluated"),
        pytest.param([(SAVE, SAVE + '    judge("adapter")\n')], id="each is given to code that is not seen"),
        pytest.param([(SAVE, SAVE + '    os.system(f"cp -r adapter {task}")\n')], id="each is copied"),
        pytest.param([(SAVE, SAVE + '    os.rename("adapter", task)\n')], id="each is moved"),
        pytest.param([(SAVE, SAVE + '    print(os.listdir("adapter"))\n')], id="each is looked at"),
        pytest.param(
            [(SAVE, '    if task == "rewrite":\n        trainer.save_model("adapter")\n')], id="one of them is saved"
        ),
        pytest.param(
            [(SAVE, SAVE + '    PeftModel.from_pretrained(load(), "adapter").generate(**question)\n')],
            id="each is loaded",
        ),
        pytest.param([(', save_strategy="no"', "")], id="checkpoints are left"),
        pytest.param([(SAVE, SAVE + "    break\n")], id="the first is the last"),
    ],
)
def test_each_is_kept_or_has_done_what_it_was_for(changes: list[tuple[str, str]], tasks: str) -> None:
    assert "adapter-overwritten" not in found(*changes, tasks=tasks)


TWO = """\
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

BASE = "facebook/opt-350m"


def fit(model, rows):
    optimizer = torch.optim.AdamW(model.parameters())
    for row in rows:
        model(**row).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model


first = fit(get_peft_model(AutoModelForCausalLM.from_pretrained(BASE), LoraConfig()), news)
first.save_pretrained("out")
second = fit({second}, mails)
second.save_pretrained("{out}")
"""
ANOTHER = "get_peft_model(AutoModelForCausalLM.from_pretrained(BASE), LoraConfig())"


def told(second: str, out: str = "out", changes: tuple[str, str] = ("", "")) -> list[tuple[int, str]]:
    text = TWO.replace("{second}", second).replace("{out}", out).replace(*changes)
    found = lora_lint.check_source(text, config=lora_lint.Config(preview=True))
    return [(finding.location.row, finding.name) for finding in found]


def test_a_second_adapter_in_the_place_of_the_first() -> None:
    assert told(ANOTHER) == [(20, "adapter-overwritten")]
    assert told(ANOTHER, out="out/mails") == []


def test_the_second_goes_on_from_the_first() -> None:
    assert told('PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(BASE), "out", is_trainable=True)') == []
    assert told("first") == []
    merged = told("get_peft_model(first.merge_and_unload(), LoraConfig())")
    assert "adapter-overwritten" not in [name for _, name in merged]


def test_the_next_one_is_evaluated_before_it_is_saved_over_the_first() -> None:
    assert found((SAVE, "    print(trainer.evaluate())\n" + SAVE)) == ["adapter-overwritten"]
