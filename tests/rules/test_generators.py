"""A model that a generator gives: `next` takes it out where nothing is done behind the yield, whoever goes on."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def build():
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("facebook/opt-350m"), LoraConfig())
    yield model
    {behind}


{taken}
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
{ending}
"""


def codes(taken: str, ending: str, behind: str = "") -> list[str]:
    text = SCRIPT.format(taken=taken, ending=ending, behind=behind)
    return [finding.code for finding in lora_lint.check_source(text)]


HELD = "built = build()\nmodel = next(built)"


@pytest.mark.parametrize("taken", ["model = next(build())", HELD, "model = next(build(), None)"])
def test_what_is_taken_out_is_the_model(taken: str) -> None:
    assert codes(taken, "") == ["LL105"]
    assert codes(taken, 'model.merge_and_unload().save_pretrained("out")') == ["LL101"]
    assert codes(taken, 'model.save_pretrained("out")') == []


@pytest.mark.parametrize("ending", ["next(built, None)", "list(built)", "for _ in built:\n    pass", "del built"])
def test_what_stands_behind_the_yield_may_save_it(ending: str) -> None:
    assert codes(HELD, ending, 'model.save_pretrained("out")') == []
