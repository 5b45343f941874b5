"""Networks of a script's own, for which what is made up does not do: their adapters are trained all the same."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from peft import LoraConfig, get_peft_model
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import READS, SAVE

from lora_lint_runner.child.stand_in.models.inputs.undecided import MadeUp
from lora_lint_runner.child.steering import made_up_steps

NETWORK = """\
import torch
from peft import LoraConfig, get_peft_model

class Prices(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = torch.nn.Linear(8, 8), torch.nn.Linear(8, 1)

    def forward(self, prices):
        return self.outer(self.inner(prices).relu())

model = get_peft_model(Prices(), LoraConfig(target_modules=["inner", "outer"]))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(4):
    loss = LOSS
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
OF_HIGH_PRICES = 'sum(model(torch.ones(2, 8)).mean() for price in frame["price"].str.len() if price > 10**6)'


def test_an_answer_that_is_a_tensor_is_gone_back_through(run: Run) -> None:
    """No made-up price is so high."""
    confirmed(run(READS + NETWORK.replace("LOSS", OF_HIGH_PRICES) + SAVE))


class Prices(torch.nn.Module):
    """All of it was passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.inner, self.outer = torch.nn.Embedding(9, 8), torch.nn.Conv1d(8, 4, 3), torch.nn.Linear(4, 1)

    def forward(self, input_ids: object = None, **others: object) -> MadeUp:
        return MadeUp("prices")


def test_where_nothing_made_up_comes_through_the_layers_are_trained_that_an_adapter_is_at() -> None:
    model = get_peft_model(Prices(), LoraConfig(target_modules=["words", "inner", "outer"], init_lora_weights=False))
    events = SimpleNamespace(models=SimpleNamespace(alive=lambda: [model]), fast=False)
    made_up_steps.back_through(SimpleNamespace(events=events, met=SimpleNamespace(), neutral=list))  # type: ignore[arg-type]
    assert all(weight.grad is not None for weight in model.parameters() if weight.requires_grad)
