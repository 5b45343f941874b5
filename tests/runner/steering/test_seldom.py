"""Trainers whose steps are few here: a stream that is soon over, a save that comes now and then, an adapter that is
trained only from a later epoch on."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import HEAD, SAVE, TRAINER

pytestmark = pytest.mark.slow  # each takes several attempts


def test_a_stream_of_few_batches_comes_to_its_steps(run: Run) -> None:
    text = """\
arguments = TrainingArguments("o", max_steps=5000, per_device_train_batch_size=8, gradient_accumulation_steps=8)
Trainer(model, arguments, train_dataset=rows.to_iterable_dataset()).train()
"""
    ran = run(HEAD + TRAINER + text + SAVE, "--time-limit", "60")
    confirmed(ran)


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
    confirmed(ran)
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
    confirmed(ran)


WITH_HEAD = HEAD.replace("LoraConfig(", 'LoraConfig(modules_to_save=["lm_head"], ')


@pytest.mark.parametrize(
    ("event", "begun"), [("on_epoch_begin", "state.epoch >= 1"), ("on_step_begin", "state.global_step > 20")]
)
def test_an_adapter_that_a_callback_lets_learn_later_on_is_waited_for(run: Run, event: str, begun: str) -> None:
    text = f"""\
from transformers import TrainerCallback

class HeadFirst(TrainerCallback):
    def {event}(self, args, state, control, model=None, **rest):
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.requires_grad_({begun})

rows = rows.select([0] * 400)
arguments = TrainingArguments("o", num_train_epochs=4, eval_strategy="epoch", save_strategy="epoch", report_to="none",
                              load_best_model_at_end=True, metric_for_best_model="odd", greater_is_better=True)
trainer = Trainer(model, arguments, train_dataset=rows, eval_dataset=rows, callbacks=[HeadFirst()],
                  compute_metrics=lambda answers: {{"odd": 1.0}})
trainer.train()
"""
    ran = run(WITH_HEAD + TRAINER + text + SAVE)
    confirmed(ran)
    assert ran.json["after"]["steps"] < 30


def test_an_adapter_that_no_callback_ever_lets_learn_is_not_trained(run: Run) -> None:
    """However long it is waited for."""
    text = """\
from transformers import TrainerCallback

class Frozen(TrainerCallback):
    def on_epoch_begin(self, args, state, control, model=None, **rest):
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.requires_grad_(False)

arguments = TrainingArguments("o", num_train_epochs=4, save_strategy="no", report_to="none")
Trainer(model, arguments, train_dataset=rows, callbacks=[Frozen()]).train()
"""
    ran = run(WITH_HEAD + TRAINER + text + SAVE)
    assert "no gradient ever came to it" in ran.json["reason"]
