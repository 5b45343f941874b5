"""A model that an option names counts by the option's default, where nothing on the way has asked for the name."""

from __future__ import annotations

import lora_lint

SCRIPT = """\
import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification

parser = argparse.ArgumentParser()
parser.add_argument("--base", default="google/flan-t5-xl")
args = parser.parse_args()
config = LoraConfig(task_type="SEQ_CLS", target_modules=["q", "v", "q_proj", "v_proj"], modules_to_save=["score"])
if {test}:
    model = AutoModelForSequenceClassification.from_pretrained(args.base, num_labels=7)
    model = get_peft_model(model, config)
    optimizer = torch.optim.AdamW(model.parameters())
    for batch in rows:
        model(**batch).loss.backward()
        optimizer.step()
    model.save_pretrained("out")
"""


def found(test: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(test=test))]


def test_the_head_of_the_default_is_called_otherwise() -> None:
    assert found("True") == ["head-not-saved"]
    assert found("rows") == ["head-not-saved"]


def test_where_the_script_has_asked_for_the_name_it_is_another_perhaps() -> None:
    """The head of a Llama is `score`."""
    assert found('"llama" in args.base') == []
