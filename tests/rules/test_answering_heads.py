"""The head that finds answers in a text, which PEFT knows by its task type alone."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForQuestionAnswering, Trainer

model = AutoModelForQuestionAnswering.from_pretrained("{name}")
model = get_peft_model(model, LoraConfig({fields}))
Trainer(model=model, train_dataset=rows).train()
model.save_pretrained("out")
"""


def told(name: str, fields: str = "") -> list[str]:
    return [found.name for found in check_source(SCRIPT.format(name=name, fields=fields))]


@pytest.mark.parametrize("fields", ["", 'modules_to_save=["classifier"]', 'task_type="FEATURE_EXTRACTION"'])
@pytest.mark.parametrize("name", ["google-bert/bert-base-uncased", "Qwen/Qwen2.5-0.5B"])
def test_the_new_head_is_left_behind(name: str, fields: str) -> None:
    assert told(name, fields) == ["head-not-saved"]


@pytest.mark.parametrize("fields", ['task_type="QUESTION_ANS"', 'modules_to_save=["qa_outputs"]'])
def test_the_head_goes_along(fields: str) -> None:
    assert told("google-bert/bert-base-uncased", fields) == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("distilbert-base-cased-distilled-squad", id="it has learned to answer"),
        pytest.param("deepset/roberta-base-squad2", id="somebody's own"),
        pytest.param("answerdotai/ModernBERT-base", id="its head has another name"),
    ],
)
def test_the_head_may_be_there_or_be_called_otherwise(name: str) -> None:
    assert told(name) == []
