"""Target modules by the family that the model's own config names."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer

TARGETS = {{"gpt2": ["c_attn"], "gpt_neox": ["q_proj"], "gemma": ["query"]}}

model = AutoModelForCausalLM.from_pretrained("{name}")
{targets}
model = get_peft_model(model, LoraConfig(target_modules=targets))
Trainer(model=model, train_dataset=rows).train()
model.save_pretrained("out")
"""
TABLE = "targets = TARGETS[model.config.model_type]"
BRANCHES = """\
if model.config.model_type == "gpt2":
    targets = ["c_attn"]
else:
    targets = ["q_proj"]
"""


def told(name: str, targets: str) -> list[str]:
    return [found.name for found in check_source(SCRIPT.format(name=name, targets=targets))]


@pytest.mark.parametrize("targets", [TABLE, BRANCHES], ids=["table", "branches"])
def test_those_for_this_family_are_not_there(targets: str) -> None:
    assert told("EleutherAI/pythia-160m", targets) == ["target-modules-mismatch"]
    assert told("openai-community/gpt2", targets) == []


def test_a_family_that_has_several_types_tells_none() -> None:
    assert told("google/gemma-2-2b", TABLE) == []
