"""Schedules of learning rates, of which a run sees only the first steps."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD

WARMED = """\
from transformers import get_linear_schedule_with_warmup

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
schedule = get_linear_schedule_with_warmup(optimizer, 100, 1000)
ids, rates = torch.randint(0, 100, (2, 8)), []
for epoch in range(2):
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
    rates.append(schedule.get_last_lr()[0])
    schedule.step()
    model.save_pretrained(f"epoch-{epoch}")
assert rates == [0, 1e-5], rates
"""


def test_the_gradients_of_two_batches_suffice_for_a_step(run: Run) -> None:
    text = """\
from accelerate import Accelerator

accelerator = Accelerator(gradient_accumulation_steps=64, mixed_precision="bf16")
print(f"steps: {accelerator.gradient_accumulation_steps}")
"""
    ran = run(HEAD + text + WARMED)
    assert ran.exit == 0, ran.json["reason"]
    assert "gradients of 2 batches make a step, not of 64" in ran.json["after"]["neutralised"]


def test_the_first_step_of_a_warm_up_trains(run: Run) -> None:
    ran = run(HEAD + WARMED)
    assert ran.exit == 0, ran.json["reason"]
    assert [a["trained"] for a in ran.json["after"]["adapters"]] == [True, True]
