"""Calls that are not followed, since they are too deep: what they do to the models that they get is not known."""

from __future__ import annotations

import pytest

import lora_lint

TRAINED = """\
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
Trainer(model, TrainingArguments("c", save_strategy="no")).train()
{}
model.merge_and_unload().save_pretrained("merged")
"""
CHAIN = "\n".join(f"def f{n}(m): f{n - 1}(m)" for n in range(1, 20))
DEEP = [
    f"def f0(m): m.save_pretrained('out')\n{CHAIN}\nf19(model)",
    "def down(m, n):\n    down(m, n - 1) if n else m.save_pretrained('out')\ndown(model, 9)",
    "def down(n):\n    down(n - 1) if n else model.save_pretrained('out')\ndown(9)",
    "class Run:\n    def down(self, n): self.down(n - 1) if n else model.save_pretrained('out')\nRun().down(9)",
]
IDLE = [
    "def down(n):\n    down(n - 1) if n else print('there')\ndown(9)",
    "def walk(tree):\n    for child in tree.children:\n        walk(child)\nwalk(root)",
]


@pytest.mark.parametrize("deep", DEEP)
def test_a_model_that_a_deep_call_gets_may_be_saved_there(deep: str) -> None:
    analysis = lora_lint.analyze_source(TRAINED.format(deep))
    assert analysis.findings == []
    assert analysis.notes == ["calls more than 14 deep, or 6 deep of one function, were not followed"]


@pytest.mark.parametrize("deep", IDLE)
def test_a_deep_call_without_a_model_does_nothing_to_one(deep: str) -> None:
    analysis = lora_lint.analyze_source(TRAINED.format(deep))
    assert [finding.name for finding in analysis.findings] == ["save-after-merge"]
    assert analysis.notes == []


FLATTEN = """\
import json

def flatten(value, path="", found=None, full=True):
    found = {} if found is None else found
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in SKIPPED:
                continue
            flatten(inner, f"{path}.{key}" if path else key, found, full)
    if isinstance(value, list):
        for i, inner in enumerate(value):
            flatten(inner, f"{path}[{i}]", found, full)
    if path:
        found[path] = value
    return found

for row in json.load(open("rows.json")):
    print(flatten(row), flatten(row["answer"]))
"""


def test_a_walk_through_unknown_data_is_not_followed_down_for_what_it_takes_along() -> None:
    analysis = lora_lint.analyze_source(TRAINED.format(FLATTEN))
    assert [finding.name for finding in analysis.findings] == ["save-after-merge"]
    assert analysis.lifecycle.steps < 1000  # eight times as many where the path so far was taken for something known
