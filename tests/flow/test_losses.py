"""What a loss is computed from: the model that it trains is found behind it, whatever its parts went through."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
for batch in load_dataset("rows", split="train"):
"""
STEP = """
    loss.backward()
    optimizer.step()
"""
LOSSES = {
    "two items of a generator": "one, two = (model(part).logits for part in batch)\n    loss = (one - two).mean()",
    "two items of a list": "one, two = [model(part).logits for part in batch]\n    loss = (one - two).mean()",
    "the first item of several": "first, *others = [model(part).logits for part in batch]\n    loss = first.mean()",
    "the others": "first, *others = [model(part).logits for part in batch]\n    loss = torch.stack(others).mean()",
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_an_adapter_that_a_loss_is_computed_from_is_trained(loss: str) -> None:
    assert [f.name for f in lora_lint.check_source(f"{HEAD}    {loss}{STEP}")] == ["adapter-never-saved"]


def test_a_loss_of_another_model_does_not_train_it() -> None:
    loss = "one, two = (other(part).logits for part in batch)\n    loss = (one - two).mean()"
    assert not lora_lint.check_source(f"{HEAD}    {loss}{STEP}".replace("model.parameters()", "other.parameters()"))
