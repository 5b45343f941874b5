"""An optimizer of the layers of an adapter that trains modules whole besides: LL402 says what stays as it was."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import torch
from helpers import groups
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

{load}
{before}
optimizer = torch.optim.AdamW({params}, lr=1e-4)
{after}
for batch in torch.load("batches.pt"):
    model(**batch).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""
HEAD = """\
model = AutoModelForSequenceClassification.from_pretrained("Qwen/Qwen2.5-0.5B", num_labels=3)
model = get_peft_model(model, LoraConfig(task_type="SEQ_CLS"))"""
COPIES = """\
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")
model = get_peft_model(model, LoraConfig(modules_to_save=["embed_tokens", "lm_head"], task_type="CAUSAL_LM"))"""
NOTHING_BESIDES = """\
model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B")
model = get_peft_model(model, LoraConfig(task_type="CAUSAL_LM"))"""
BY_NAME = '[p for n, p in model.named_parameters() if "lora_" in n]'


def found(load: str, params: str = BY_NAME, before: str = "", after: str = "") -> list[str]:
    text = SCRIPT.format(load=load, params=params, before=before, after=after)
    return [finding.name for finding in lora_lint.check_source(text)]


@pytest.mark.parametrize("load", [HEAD, COPIES])
@pytest.mark.parametrize("params", [BY_NAME, f'[{{"params": {BY_NAME}, "lr": 1e-3}}]'])
def test_what_is_trained_whole_is_not_held(load: str, params: str) -> None:
    assert found(load, params) == ["optimizer-before-wrap"]


@pytest.mark.parametrize(
    "params",
    [
        "[p for p in model.parameters() if p.requires_grad]",
        '[p for n, p in model.named_parameters() if "lora_" in n or "modules_to_save" in n]',
        '[p for n, p in model.named_parameters() if "lora_" in n or "score" in n]',
        "groups(model)",
    ],
)
def test_it_may_be_held(params: str) -> None:
    assert found(HEAD, params) == []


def test_another_optimizer_may_hold_it() -> None:
    rest = '[p for n, p in model.named_parameters() if p.requires_grad and "lora_" not in n]'
    assert found(HEAD, after=f'optimizer.add_param_group({{"params": {rest}}})') == []
    assert found(HEAD, before="head = torch.optim.SGD(groups(model))", after="head.step()") == []


def test_a_script_may_freeze_it_and_an_adapter_may_have_nothing_besides() -> None:
    freeze = 'for n, p in model.named_parameters():\n    if "modules_to_save" in n:\n        p.requires_grad = False'
    assert found(COPIES, before=freeze) == []
    assert found(NOTHING_BESIDES) == []
