"""One defect, one finding: an adapter that a save which fails was to keep is not told of again."""

from __future__ import annotations

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
Trainer(model=model, args=TrainingArguments("out", save_strategy="no")).train()
"""


TRIED = """\
try:
    model.{call}
except Exception as error:
    print("not saved:", error)
"""


def told(call: str) -> list[str]:
    return [found.name for found in check_source(SCRIPT + TRIED.format(call=call))]


def test_a_save_by_a_method_that_is_not_there() -> None:
    assert told('save_adapter("out")') == ["unknown-peft-method"]


def test_another_method_that_is_not_there_was_to_save_nothing() -> None:
    assert told("unmerge()") == ["adapter-never-saved", "unknown-peft-method"]
