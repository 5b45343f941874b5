"""Models whose input and output embedding are one weight, and those that have only one of them, or were told not to."""

from __future__ import annotations

import pytest

from lora_lint import Config, check_source

SCRIPT = """\
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification

own = AutoConfig.from_pretrained("Qwen/Qwen2.5-0.5B", tie_word_embeddings=False)
model = {cls}.from_pretrained("Qwen/Qwen2.5-0.5B"{more})
model = get_peft_model(model, LoraConfig(target_modules=["q_proj", "{target}"]{settings}))
for batch in load_dataset("rows", split="train"):
    model(**batch).loss.backward()
model.save_pretrained("adapter")
model.merge_and_unload().save_pretrained("merged")
"""


def codes(cls: str, target: str = "embed_tokens", more: str = "", settings: str = "") -> list[str]:
    text = SCRIPT.format(cls=cls, target=target, more=more, settings=settings)
    return [finding.code for finding in check_source(text, config=Config(preview=True)) if finding.code == "LL411"]


@pytest.mark.parametrize("target", ["embed_tokens", "lm_head"])
def test_a_merge_changes_both(target: str) -> None:
    assert codes("AutoModelForCausalLM", target) == ["LL411"]


@pytest.mark.parametrize("cls", ["AutoModel", "AutoModelForSequenceClassification"])
def test_a_model_without_an_output_embedding_ties_nothing(cls: str) -> None:
    assert codes(cls) == []


def test_a_config_or_a_setting_that_may_say_otherwise() -> None:
    assert codes("AutoModelForCausalLM", "lm_head", more=", config=own") == []
    assert codes("AutoModelForCausalLM", "lm_head", settings=", ensure_weight_tying=True") == []
