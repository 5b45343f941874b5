"""Schedules of learning rates, of which a run sees only the first steps."""

from __future__ import annotations

from tests.runner.conftest import Run, confirmed, lacking
from tests.runner.samples import HEAD, READS, SAVE

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


def test_a_schedule_and_an_adapter_are_for_some_steps_where_made_up_rows_come_to_none(run: Run) -> None:
    text = """\
from peft import AdaLoraConfig
from transformers import AutoModelForCausalLM, get_scheduler

dear = [price for price in frame["price"].str.len() if not price < 10**6]
total = 3 * len(dear) // 4
base = AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B")
model = get_peft_model(base, AdaLoraConfig(target_modules=["q_proj"], total_step=total, tinit=0, tfinal=0))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
schedule = get_scheduler("polynomial", optimizer, num_warmup_steps=0, num_training_steps=total)
ids = torch.randint(0, 100, (2, 8))
model(input_ids=ids, labels=ids).loss.backward()
optimizer.step()
schedule.step()
"""
    ran = run(HEAD + READS + text + SAVE)
    confirmed(ran)
    assert any("counted as if there were rows" in said for said in lacking(ran))
