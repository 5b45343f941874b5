"""Parameters that are picked out by a regular expression on their names."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import re

import torch
from elsewhere import batches, chosen
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
for name, parameter in model.named_parameters():
    parameter.requires_grad = {}
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad])
for batch in batches():
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained("out")
"""


@pytest.mark.parametrize(
    "picked",
    [
        're.search(r"lora_[AB]", name) is not None',
        'bool(re.compile("|".join(map(re.escape, ("head", "lora_")))).search(name))',
        'True if re.fullmatch(r".*lora.*", name) else False',
        're.search("LORA", name, re.IGNORECASE) is not None',
        "re.search(chosen, name) is not None",
        're.match("(h+)+$", name) is not None',  # it might take for ever: nobody tries
        're.match("(", name) is not None',
    ],
)
def test_those_of_the_adapter_stay_or_may_stay_trainable(picked: str) -> None:
    assert check_source(SCRIPT.format(picked)) == []


@pytest.mark.parametrize("picked", ['re.match("lora_", name) is not None', 'bool(re.compile("head").search(name))'])
def test_those_of_the_adapter_are_frozen(picked: str) -> None:
    assert [finding.code for finding in check_source(SCRIPT.format(picked))] == ["LL403"]
