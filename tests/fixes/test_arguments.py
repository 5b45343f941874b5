"""An argument that is one too many goes, wherever it stands, and nothing else with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Fixed = Callable[[str], "str | None"]

HEAD = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

config = LoraConfig()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), config)
"""


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("model, peft_config=config", "model"),
        ("peft_config=config, model=model", "model=model"),
        ("model=model, peft_config=config, train_dataset=rows", "model=model, train_dataset=rows"),
        ("peft_config=config, **{'model': model}", "**{'model': model}"),
        ("*[model], peft_config=config", "*[model]"),
    ],
)
def test_a_model_that_is_wrapped_needs_no_config(fixed: Fixed, given: str, left: str) -> None:
    rest = "trainer.train()\ntrainer.save_model('out')\n"
    assert fixed(f"trainer = SFTTrainer({given})\n{rest}") == f"trainer = SFTTrainer({left})\n{rest}"
