"""`adapter-layout`: a fix saves the adapter beside what the script saves, or takes its directory for the adapter."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source
from lora_lint.fixes.applying.edited import apply_edits

SCRIPT = """\
import os
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

out = os.environ["OUT"]
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
Trainer(model, TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
model = model.merge_and_unload()
model.save_pretrained({path})
"""


def saved(path: str, layout: str) -> tuple[list[str], str]:
    """Where the corrected script saves the adapter, then the merged model; and how sure the fix is."""
    script = SCRIPT.format(path=path)
    [finding] = check_source(script, config=Config(adapter_layout=layout))
    assert finding.fix is not None
    corrected = apply_edits(script, finding.fix.edits)
    places = [line for line in corrected.splitlines() if line.startswith("model.save_pretrained")]
    return [place.removeprefix("model.save_pretrained(")[:-1] for place in places], finding.fix.applicability


@pytest.mark.parametrize(
    ("path", "adapter", "merged"),
    [
        ('"out"', '"out-adapter"', '"out-merged"'),
        ("out", 'f"{out}-adapter"', 'f"{out}-merged"'),
        ('f"{out}/final"', 'f"{out}/final-adapter"', 'f"{out}/final-merged"'),
        ('os.path.join(out, "final")', 'os.path.join(out, "final-adapter")', 'os.path.join(out, "final-merged")'),
    ],
)
def test_one_of_the_two_gets_a_directory_of_its_own(path: str, adapter: str, merged: str) -> None:
    assert saved(path, "beside") == ([adapter, path], "safe")
    assert saved(path, "in-place") == ([path, merged], "unsafe"), "what reads the merged model looks elsewhere now"
