"""Saves that select adapters by name: PEFT writes none where one of the names is not there."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import os

from elsewhere import prepare
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
model = get_peft_model(model, LoraConfig(), adapter_name="tone")
{between}
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
{behind}
model.save_pretrained("out", selected_adapters={selected})
"""


def messages(selected: str, between: str = "", behind: str = "") -> list[str]:
    text = SCRIPT.format(selected=selected, between=between, behind=behind)
    return [finding.message for finding in lora_lint.check_source(text) if finding.code == "LL105"]


RAISES = ['adapter "tone" is trained here and saved nowhere: the save to "out" raises ValueError']


@pytest.mark.parametrize("selected", ['["tome"]', '["tone", "blend"]', '[*model.peft_config, "blend"]'])
def test_a_name_that_no_adapter_has_saves_none(selected: str) -> None:
    assert messages(selected) == RAISES


def test_an_adapter_that_is_deleted_is_not_there() -> None:
    assert (
        messages('["tone", "blend"]', 'model.add_adapter("blend", LoraConfig())', 'model.delete_adapter("blend")')
        == RAISES
    )


@pytest.mark.parametrize(
    ("between", "behind"),
    [
        ('model.load_adapter("other", adapter_name="blend")', ""),
        ("", 'model.add_weighted_adapter(["tone"], [1.0], "blend")'),
        ("prepare(model)", ""),
        ('for name in os.listdir("adapters"):\n    model.load_adapter(name, adapter_name=name)', ""),
        ('if os.environ.get("BLEND"):\n    model.load_adapter("other", adapter_name="blend")', ""),
    ],
)
def test_an_adapter_that_may_be_called_so(between: str, behind: str) -> None:
    assert messages('["tone", "blend"]', between, behind) == []


def test_the_right_name() -> None:
    assert messages('["tone"]') == []
