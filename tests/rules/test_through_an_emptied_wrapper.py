"""A PeftModel that a merge has emptied: what is reached through it is no use of what the merge returned."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
from peft import PeftModel
from transformers import AutoModelForSequenceClassification

base = AutoModelForSequenceClassification.from_pretrained("facebook/esm2_t6_8M_UR50D", num_labels=2)
model = PeftModel.from_pretrained(base, "my-adapter")
model.merge_and_unload()
{use}
model.save_pretrained("out")
"""


def found(use: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(use=use))]


@pytest.mark.parametrize(
    "use", ["model(**batch)", "model.esm(**batch)", "model.classifier.dense(x)", "model.base_model.esm(**batch)"]
)
def test_the_wrapper_is_used_and_the_merge_is_the_mistake(use: str) -> None:
    assert found(use) == ["merge-result-discarded"]


@pytest.mark.parametrize("use", ["base(**batch)", "base.esm(**batch)", 'base.save_pretrained("merged")'])
def test_the_merged_model_is_used_and_the_save_is_the_mistake(use: str) -> None:
    assert found(use) == ["emptied-adapter-saved"]
