"""IA3Config: feedforward_modules have to be among target_modules, where both are lists."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from elsewhere import chosen
from peft import IA3Config, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
config = IA3Config({})
model = get_peft_model(model, config)
"""


def found(fields: str) -> list[tuple[str, int]]:
    return [(finding.code, finding.location.row) for finding in check_source(SCRIPT.format(fields))]


@pytest.mark.parametrize(
    "fields",
    [
        'target_modules=["k_proj", "v_proj"], feedforward_modules=["fc2"]',
        'target_modules=["k_proj", "v_proj"], feedforward_modules=["v_proj", "fc2"]',
        'target_modules={"k_proj", "v_proj"}, feedforward_modules=["fc2"]',
        '**{"target_modules": ["k_proj", "v_proj"], "feedforward_modules": ["fc2"]}',
    ],
)
def test_others_than_those_raise(fields: str) -> None:
    assert found(fields) == [("LL412", 6)]


@pytest.mark.parametrize(
    "fields",
    [
        'target_modules=["k_proj", "fc2"], feedforward_modules=["fc2"]',
        'target_modules=["k_proj", "v_proj"], feedforward_modules=[]',
        'feedforward_modules=["fc2"]',  # those of the family are added
        'target_modules=("k_proj", "v_proj"), feedforward_modules=["fc2"]',  # a tuple is not compared
        'target_modules=["k_proj", "v_proj"], feedforward_modules="fc2"',
        'target_modules=["k_proj", chosen], feedforward_modules=["fc2"]',
        'target_modules=["k_proj", *chosen], feedforward_modules=["fc2"]',
    ],
)
def test_some_of_them_or_what_is_not_known_are_no_mistake(fields: str) -> None:
    assert found(fields) == []
