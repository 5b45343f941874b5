"""An optimizer that was made of a part of the model before the wrap, in whichever form it was given."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")
{made}
model = get_peft_model(base, LoraConfig())
{more}
model(**batch).loss.backward()
optimizer.step()
model.save_pretrained("out")
"""
NORM = 'optimizer = torch.optim.AdamW([{"params": base.model.norm.parameters(), "lr": 1e-5}])'
MADE = [
    NORM,
    "optimizer = torch.optim.AdamW(base.model.norm.parameters())",
    'optimizer = torch.optim.AdamW([{"params": [p for p in base.lm_head.parameters()]}])',
    (
        'groups = [{"params": base.model.norm.parameters()}]\n'
        'groups.append({"params": base.get_input_embeddings().parameters()})\noptimizer = torch.optim.AdamW(groups)'
    ),
]
MORE = [
    'optimizer.add_param_group({"params": [p for p in model.parameters() if p.requires_grad]})',
    'optimizer.param_groups[0]["params"] += [p for p in model.parameters() if p.requires_grad]',
    'group = optimizer.param_groups[0]\ngroup["params"] += list(model.parameters())',
    'optimizer.param_groups.append({"params": list(model.parameters())})',
    "add_adapter_to(optimizer, model)",
    "optimizer = torch.optim.AdamW(base.model.layers.parameters())",
    'optimizer = torch.optim.AdamW([{"params": m.parameters()} for n, m in model.named_modules() if "lora_" in n])',
]


def found(made: str, more: str = "") -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(made=made, more=more))]


@pytest.mark.parametrize("made", MADE)
def test_it_does_not_hold_the_adapter(made: str) -> None:
    assert found(made) == ["optimizer-before-wrap"]
    assert found(made, MORE[0]) == []


@pytest.mark.parametrize("more", MORE)
def test_it_gets_the_adapter_later_or_another_one_is_made(more: str) -> None:
    assert found(NORM, more) == []


def test_groups_that_are_only_collected_before_the_wrap() -> None:
    groups = 'groups = [{"params": base.model.norm.parameters()}]'
    more = 'groups.append({"params": model.parameters()})\noptimizer = torch.optim.AdamW(groups)'
    assert found(groups, more) == []
