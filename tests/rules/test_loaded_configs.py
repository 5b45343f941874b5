"""A config that is read from a folder or a repository: of an adapter, or of what else lies there."""

from __future__ import annotations

import lora_lint

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_pretrained(settings.model)
model = get_peft_model(model, LoraConfig.from_pretrained({}))
Trainer(model=model, train_dataset=rows).train()
model.save_pretrained("out")
"""


def found(script: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(script)]


def test_a_config_that_is_read_from_an_adapter_makes_a_frozen_one() -> None:
    assert found(SCRIPT.format('"out/first"')) == ["inference-mode-config"]


def test_by_the_name_of_the_base_model_none_is_found() -> None:
    assert found(SCRIPT.format("settings.model")) == []
