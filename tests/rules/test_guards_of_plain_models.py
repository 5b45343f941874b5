"""Checks for a PeftModel where transformers has put the adapter into the plain model."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("gpt2")
model.add_adapter(LoraConfig())
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no")).train()
if {check}:
    model.save_pretrained("out")
{otherwise}
"""


def test_the_save_is_passed_over() -> None:
    [found] = check_source(SCRIPT.format(check="isinstance(model, PeftModel)", otherwise=""))
    assert (found.name, found.location.row) == ("missing-type-check", 7)
    assert found.fix is not None
    assert [edit.content for edit in found.fix.edits] == ['hasattr(model, "peft_config")']


@pytest.mark.parametrize(
    ("check", "otherwise"),
    [
        pytest.param('hasattr(model, "peft_config")', "", id="asked for what it has"),
        pytest.param("isinstance(model, PeftModel)", 'else:\n    model.save_pretrained("out")', id="saved anyway"),
        pytest.param("not isinstance(model, PeftModel)", "", id="what is no PeftModel is saved"),
    ],
)
def test_the_adapter_is_saved(check: str, otherwise: str) -> None:
    assert check_source(SCRIPT.format(check=check, otherwise=otherwise)) == []
