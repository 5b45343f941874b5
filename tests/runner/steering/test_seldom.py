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
