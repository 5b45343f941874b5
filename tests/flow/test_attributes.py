"""What a script keeps on a model is its own: it says nothing of what the analysis has seen of that model."""

from __future__ import annotations

from lora_lint import analyze_source
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import Lifecycle

SCRIPT = """
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
{extra}
Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
model.save_pretrained("out")
"""
OWN = "model.sharded = model.gradient = model.closed = True\nmodel.base_model.model.reentrant = model.recomputed = True"


def facts(extra: str) -> list[object]:
    """What the analysis knows at trainings and saves."""
    found: Lifecycle = analyze_source(SCRIPT.format(extra=extra)).lifecycle
    trained = [(event.facts.reentrant, event.facts.recomputed) for event in found.of(Trained)]
    return [*trained, *(event.facts.sharded for event in found.of(Saved))]


def test_attributes_of_the_script_are_no_notes_of_the_analysis() -> None:
    assert facts(OWN) == facts("")
    assert facts("") == [(None, None), False]
