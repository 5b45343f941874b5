"""What a module has written down is known in functions that nobody calls: lists and dicts of texts and numbers."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

{data}

def train(rows):
    base = AutoModelForCausalLM.from_pretrained("openai-community/gpt2")
    model = get_peft_model(base, LoraConfig({given}))
    for batch in rows:
        model(**batch).loss.backward()
    model.save_pretrained("out")
"""
LISTED, NAMED = "target_modules=TARGETS", "**SETTINGS"


def found(data: str, given: str) -> list[str]:
    return [finding.name for finding in check_source(SCRIPT.format(data=data, given=given))]


@pytest.mark.parametrize(
    ("data", "given"),
    [
        ('TARGETS = ["q_proj", "v_proj"]', LISTED),
        ('SETTINGS = {"r": 8, "target_modules": ["q_proj", "v_proj"]}', NAMED),
        ('SETTINGS = dict(r=8, target_modules=("q_proj", "v_proj"))', NAMED),
        ('ALL = {"gpt2": {"target_modules": ["q_proj"]}}', '**ALL["gpt2"]'),
    ],
)
def test_data_that_is_written_down(data: str, given: str) -> None:
    assert found(data, given) == ["target-modules-mismatch"]
    assert found(data.replace("q_proj", "c_attn").replace("v_proj", "c_fc"), given) == []


@pytest.mark.parametrize(
    ("data", "given"),
    [
        ("from elsewhere import TARGETS", LISTED),
        ("TARGETS = []\ndef register(name):\n    TARGETS.append(name)\n", LISTED),
        ("SETTINGS = {}\ndef register(name):\n    SETTINGS['target_modules'] = name\n", NAMED),
        ('TARGETS = [name for name in open("targets.txt")]', LISTED),
    ],
)
def test_what_somebody_else_fills(data: str, given: str) -> None:
    assert found(data, given) == []
