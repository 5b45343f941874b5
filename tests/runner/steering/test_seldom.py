"""Trainers whose steps are few here: a stream that is soon over, a save that comes now and then."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, SAVE, TRAINER


def test_a_stream_of_few_batches_comes_to_its_steps(run: Run) -> None:
    text = """\
arguments = TrainingArguments("o", max_steps=5000, per_device_train_batch_size=8, gradient_accumulation_steps=8)
Trainer(model, arguments, train_dataset=rows.to_iterable_dataset()).train()
"""
    ran = run(HEAD + TRAINER + text + SAVE, "--time-limit", "60")
    assert ran.exit == 0, ran.json["reason"]


def test_a_callback_that_saves_now_and_then_is_waited_for(run: Run) -> None:
    text = """\
from transformers import TrainerCallback

class Saving(TrainerCallback):
    def on_step_end(self, args, state, control, model=None, **rest):
        if state.global_step % 40 == 0:
            model.save_pretrained("out")

arguments = TrainingArguments("o", max_steps=5000, save_strategy="no")
Trainer(model, arguments, train_dataset=rows, callbacks=[Saving()]).train()
"""
    ran = run(HEAD + TRAINER + text)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["after"]["steps"] == 40


def test_a_loop_of_its_own_that_waits_for_a_save_may_go_through_others_on_its_way(run: Run) -> None:
    """Once it has made its steps the model answers from memory; what comes of that is gone back through again."""
    text = """\
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
ids, step = torch.randint(0, 100, (2, 8)), 0
for epoch in range(50):
    for batch in [ids] * 4:
        logits, losses = model(input_ids=batch).logits, []
        for width in (8, 4):
            losses.append(logits[..., :width].square().mean())
        torch.stack(losses).mean().backward()
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        if step % 20 == 0:
            model.save_pretrained("out")
"""
    ran = run(HEAD + text)
    assert ran.exit == 0, ran.json["reason"]
