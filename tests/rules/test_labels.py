"""For how many labels the head of a base model is, and that which an adapter was saved with."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import torch
from elsewhere import batches, names
from peft import AutoPeftModelForSequenceClassification, LoraConfig, PeftModel, get_peft_model
from transformers import AutoConfig, AutoModelForSequenceClassification as Classifier

NAME = "FacebookAI/roberta-base"
model = Classifier.from_pretrained({trained})
model = get_peft_model(model, LoraConfig({config}))
for batch in batches():
    model(**batch).loss.backward()
model.save_pretrained("out")
{loading}
"""
SAVED = 'task_type="SEQ_CLS"'
LOADING = 'base = Classifier.from_pretrained({})\nmodel = PeftModel.from_pretrained(base, "out")'
AUTO = 'model = AutoPeftModelForSequenceClassification.from_pretrained("out"{})'


def found(loading: str, trained: str = "NAME, num_labels=3", config: str = SAVED) -> list[str]:
    return [f.code for f in check_source(SCRIPT.format(trained=trained, config=config, loading=loading))]


@pytest.mark.parametrize(
    ("trained", "loading"),
    [
        ("NAME, num_labels=3", LOADING.format("NAME")),
        ("NAME, num_labels=3", LOADING.format("NAME, num_labels=4")),
        ("NAME, num_labels=3", AUTO.format("")),
        ("NAME, num_labels=3", AUTO.format(", num_labels=5")),
        ('NAME, id2label={0: "red", 1: "green", 2: "blue"}', LOADING.format("NAME")),
        ("NAME", LOADING.format("NAME, num_labels=3")),
    ],
)
def test_another_number_does_not_fit(trained: str, loading: str) -> None:
    assert found(loading, trained) == ["LL508"]


def test_a_head_that_modules_to_save_names() -> None:
    assert found(LOADING.format("NAME"), config='modules_to_save=["classifier"]') == ["LL508"]


@pytest.mark.parametrize(
    ("trained", "loading"),
    [
        ("NAME, num_labels=3", LOADING.format("NAME, num_labels=3")),
        ("NAME, num_labels=2", LOADING.format("NAME")),
        ("NAME, num_labels=len(names)", LOADING.format("NAME")),
        ("NAME, num_labels=3", LOADING.format("NAME, num_labels=len(names)")),
        ("NAME, num_labels=3", LOADING.format("NAME, config=AutoConfig.from_pretrained(NAME, num_labels=3)")),
        ("NAME, num_labels=3", LOADING.format("NAME, **names.settings")),
        ("NAME, num_labels=3", LOADING.format("NAME, num_labels=4")[:-1] + ", ignore_mismatched_sizes=True)"),
        ("NAME, num_labels=3", LOADING.format("names.base")),
        ('"facebook/bart-base", num_labels=3', LOADING.format('"facebook/bart-base"')),  # whose config names three
        ("NAME, num_labels=3", LOADING.format("NAME").replace("model =", "base.classifier = names.head()\nmodel =")),
        ("NAME, num_labels=3", LOADING.format("NAME").replace("model =", "names.fit(base)\nmodel =")),
        ("NAME, num_labels=3", f"try:\n    {AUTO.format('')}\nexcept RuntimeError:\n    pass"),
    ],
)
def test_the_same_number_or_one_that_is_not_known(trained: str, loading: str) -> None:
    assert "LL508" not in found(loading, trained)


def test_a_head_that_is_not_saved_does_not_matter() -> None:
    assert "LL508" not in found(LOADING.format("NAME"), config='target_modules=["query"]')
