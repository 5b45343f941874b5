"""Numbers of a loop, held against the end of its range: whatever that is, `epochs - 1` is the last of them."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import argparse

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
for epoch in {over}:
    for batch in batches():
        model(**batch).loss.backward()
        optimizer.step()
    if {test}:
        model.save_pretrained("out")
"""


def found(over: str, test: str) -> list[str]:
    return [finding.name for finding in lora_lint.check_source(SCRIPT.format(over=over, test=test))]


@pytest.mark.parametrize(
    ("over", "test"),
    [
        ("range(args.epochs)", "epoch == args.epochs"),
        ("range(1, args.epochs)", "epoch == args.epochs"),
        ("range(1, args.epochs + 1)", "epoch == args.epochs + 1"),
    ],
)
def test_a_number_behind_the_end_is_never_met(over: str, test: str) -> None:
    assert found(over, test) == ["adapter-never-saved"]


@pytest.mark.parametrize(
    ("over", "test"),
    [
        ("range(args.epochs)", "epoch == args.epochs - 1"),
        ("range(args.epochs)", "epoch + 1 == args.epochs"),
        ("range(args.epochs)", "1 + epoch >= args.epochs"),
        ("range(args.epochs)", "epoch < args.epochs"),
        ("range(1, args.epochs + 1)", "epoch == args.epochs"),
        ("range(args.epochs + 1)", "epoch == args.epochs"),
        ("range(args.begun, args.epochs)", "epoch == args.epochs - 1"),
        ("range(args.epochs)", "epoch == args.begun"),
    ],
)
def test_the_last_one_is_and_so_may_be_another(over: str, test: str) -> None:
    assert found(over, test) == []
