"""One adapter a trial: the worse of two is deleted, which is meant; the better one must stay or be saved."""

from __future__ import annotations

import lora_lint

SCRIPT = """\
import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

rows = load_dataset("rows", split="train")


def fit(model):
    optimizer = torch.optim.AdamW(model.parameters())
    for row in rows:
        loss = model(**row).loss
        loss.backward()
        optimizer.step()
    return float(loss)


base = AutoModelForCausalLM.from_pretrained("facebook/opt-350m")
model, best, lowest = None, None, float("inf")
for name in ["first", "second", "third"]:
    if model is None:
        model = get_peft_model(base, LoraConfig(), adapter_name=name)
    else:
        model.add_adapter(name, LoraConfig())
        model.set_adapter(name)
    loss = fit(model)
"""
KEPT = """\
model.set_adapter(best)
model.save_pretrained("out", selected_adapters=[best])
"""


def found(rest: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT + rest)]


def test_the_worse_of_two_goes() -> None:
    choice = """\
    loser = name
    if loss < lowest:
        loser, best, lowest = best, name, loss
    if loser is not None:
        model.delete_adapter(loser)
"""
    assert found(choice + KEPT) == []


def test_each_goes_whatever_its_loss() -> None:
    choice = """\
    if loss < lowest:
        best, lowest = name, loss
    if len(model.peft_config) > 1:
        model.delete_adapter(name)
"""
    assert found(choice + KEPT) == ["adapter-deleted-before-save"]


def test_a_measure_that_leaves_none() -> None:
    one = """\
    break
if loss < float(base(**rows[0]).loss):
    model.delete_adapter("first")
"""
    assert found(one) == ["adapter-deleted-before-save"]
