"""What the steps beside a finding say."""

from __future__ import annotations

import pytest

import lora_lint

BASE_PUSHED = """\
from peft import LoraConfig
from transformers import AutoModelForCausalLM
from trl import SFTConfig, SFTTrainer

model = AutoModelForCausalLM.from_pretrained("gpt2")
trainer = SFTTrainer(model=model, args=SFTConfig("runs"), train_dataset=rows, peft_config=LoraConfig())
trainer.train()
{kept}
model.push_to_hub("me/adapter")
"""


@pytest.mark.parametrize(
    ("kept", "note"),
    [("", ' (its only copy is in "runs/checkpoint-*")'), ('trainer.model.save_pretrained("kept")', "")],
)
def test_a_checkpoint_is_the_only_copy_where_nothing_else_was_saved(kept: str, note: str) -> None:
    (finding,) = lora_lint.analyze_source(BASE_PUSHED.format(kept=kept)).findings
    assert finding.related[1].message == f'adapter "default" is trained here{note}'
