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


@pytest.mark.parametrize(
    ("kept", "end", "severity"),
    [
        ("", "; the adapter is only left in a checkpoint", "warning"),
        ("keep(trainer.model)", "nor an adapter", "warning"),
        ('trainer.model.save_pretrained("kept")', "nor an adapter", "warning"),
        ("shutil.rmtree('runs')", "; the adapter is saved nowhere", "error"),
    ],
)
def test_a_base_that_is_saved_says_where_else_the_adapter_is(kept: str, end: str, severity: str) -> None:
    """Code that is not seen may have kept it: that it is nowhere is not said then."""
    (finding,) = lora_lint.check_source(f"import shutil\nfrom store import keep\n{BASE_PUSHED.format(kept=kept)}")
    assert finding.message.endswith(end)
    assert (finding.name, finding.severity) == ("base-model-saved", severity)


EITHER = """\
import sys

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("gpt2")
if len(sys.argv) > 1:
    model = get_peft_model(model, LoraConfig())
"""


@pytest.mark.parametrize("use", ["model.peft_config", "model.print_trainable_parameters()"])
def test_what_a_plain_model_lacks_is_used_whether_it_is_called_or_read(use: str) -> None:
    (finding,) = lora_lint.check_source(f"{EITHER}print({use})\n")
    assert finding.message.startswith(f"`{use.removeprefix('model.').removesuffix('()')}` is used on a plain model")
