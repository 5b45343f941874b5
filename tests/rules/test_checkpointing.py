"""Reentrant gradient checkpointing of models of pictures and sounds, whose inputs get no gradient by themselves."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoModelForImageClassification, WhisperForConditionalGeneration
from transformers import AutoModelForAudioClassification, Trainer, TrainingArguments

model = {cls}.from_pretrained("{name}")
model = get_peft_model(model, LoraConfig(target_modules=["query", "value", "q_proj", "v_proj"]))
{between}
args = TrainingArguments("runs", gradient_checkpointing=True, gradient_checkpointing_kwargs={{{kwargs}}})
trainer = Trainer(model=model, args=args, train_dataset=load_dataset("rows", split="train"))
trainer.train()
model.save_pretrained("out")
"""
PICTURES = ("AutoModelForImageClassification", "google/vit-base-patch16-224")
SPEECH = ("WhisperForConditionalGeneration", "openai/whisper-small")
WORDS = ("AutoModelForCausalLM", "facebook/opt-350m")
SOUNDS = ("AutoModelForAudioClassification", "facebook/wav2vec2-base")
REENTRANT, NOT_REENTRANT = '"use_reentrant": True', '"use_reentrant": False'


def codes(model: tuple[str, str], kwargs: str, between: str = "") -> list[str]:
    text = SCRIPT.format(cls=model[0], name=model[1], kwargs=kwargs, between=between)
    return [finding.code for finding in lora_lint.check_source(text)]


@pytest.mark.parametrize("model", [PICTURES, SPEECH])
def test_no_gradient_gets_through_where_none_goes_in(model: tuple[str, str]) -> None:
    assert codes(model, REENTRANT) == ["LL405"]


@pytest.mark.parametrize("model", [PICTURES, SPEECH])
def test_the_other_form_asks_for_none(model: tuple[str, str]) -> None:
    assert codes(model, NOT_REENTRANT) == []
    assert codes(model, "") == []


@pytest.mark.parametrize("model", [WORDS, SOUNDS])
def test_words_and_the_features_of_sounds_have_one(model: tuple[str, str]) -> None:
    assert codes(model, REENTRANT) == []


@pytest.mark.parametrize(
    "between",
    [
        "model.enable_input_require_grads()",
        "model.base_model.model.vit.embeddings.register_forward_hook(lambda m, i, out: out.requires_grad_(True))",
    ],
)
def test_a_script_that_gives_one(between: str) -> None:
    assert codes(PICTURES, REENTRANT, between) == []
