"""Copies of a model that are trained to try something out, and let go."""

from __future__ import annotations

from lora_lint import check_source

FINDER = """\
import copy

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification


def step(model, optimizer, batch):
    loss = model(**batch).loss
    loss.backward()
    optimizer.step()
    return loss.item()


def learning_rate(model, batches):
    trial = copy.deepcopy(model)
    optimizer = torch.optim.AdamW(trial.parameters(), lr=1e-6)
    losses = [step(trial, optimizer, batch) for batch in batches]
    return 1e-3 if losses[-1] < losses[0] else 1e-4


base = AutoModelForSequenceClassification.from_pretrained("bert-base-cased")
model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS"))
rate = learning_rate(model, batches())
"""
TRAINED = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
best = 9
for batch in batches():
    loss = step(model, optimizer, batch)
    if loss < best:
        best = loss
        model.save_pretrained("out")
"""


def test_a_copy_that_is_tried_before_the_original_is_trained_need_not_be_saved() -> None:
    assert check_source(FINDER + TRAINED) == []


def test_a_copy_that_alone_is_trained_is_lost() -> None:
    assert [finding.code for finding in check_source(FINDER)] == ["LL105"]
