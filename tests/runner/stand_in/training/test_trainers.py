"""Training arguments as a laptop can bear them."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, SAVE, TRAINER


def test_what_a_script_sets_after_it_has_made_its_arguments_is_made_lighter_too(run: Run) -> None:
    text = """\
options = TrainingArguments("runs", neftune_noise_alpha=5, accelerator_config={"split_batches": True})
options.optim = "paged_adamw_8bit"
options.per_device_train_batch_size = 64
options.learning_rate = 0.5
trainer = Trainer(model, options, train_dataset=rows)
assert options.neftune_noise_alpha > 0  # it is as light as it is
assert (trainer.args.per_device_train_batch_size, trainer.args.learning_rate) == (4, 0.5)
trainer.train()
"""
    ran = run(HEAD + TRAINER + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "optimizer paged_adamw_8bit: adamw_torch" in ran.json["after"]["neutralised"]


def test_a_callback_asks_for_what_was_logged_before_where_a_loss_is_due(run: Run) -> None:
    text = """\
from transformers import TrainerCallback

class Told(TrainerCallback):
    def on_step_end(self, args, state, control, **options):
        if state.global_step % args.logging_steps == 0:
            print(state.log_history[-1]["loss"])

options = TrainingArguments("runs", logging_steps=10, logging_first_step=True)
trainer = Trainer(model=model, args=options, train_dataset=rows, callbacks=[Told()])
trainer.train()
assert any("loss" in told for told in trainer.state.log_history)
"""
    ran = run(HEAD + TRAINER + text + SAVE)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("deepspeed", [True, False])
def test_deepspeed_finds_the_best_checkpoint_of_a_trainer_that_saves_in_its_own_way(run: Run, deepspeed: bool) -> None:
    text = f"""\
class Own(Trainer):
    def save_model(self, output_dir=None, _internal_call=False):
        self.model.net.save_pretrained(output_dir)

class Around(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, input_ids, labels):
        return self.net(input_ids=input_ids, labels=labels)

options = TrainingArguments(
    "runs", eval_strategy="steps", save_strategy="steps", eval_steps=2, save_steps=2, load_best_model_at_end=True,
    deepspeed={{"zero_optimization": {{"stage": 2}}}} if {deepspeed} else None,
)
Own(Around(model), options, train_dataset=rows, eval_dataset=rows).train()
"""
    ran = run(HEAD + TRAINER + text + SAVE)
    assert (ran.exit == 0) is deepspeed, ran.json["reason"]


def test_rows_to_evaluate_on_are_some_of_those_to_train_on_where_none_is_left(run: Run) -> None:
    """No made-up price is so high."""
    text = """\
import pandas as pd

frame = pd.read_csv("prices.csv")
dear = frame[frame["price"].astype(str).str.len() > 1000]
held = Dataset.from_dict({"input_ids": [[1, 2]] * len(dear), "labels": [[1, 2]] * len(dear)})
trainer = Trainer(model, TrainingArguments("runs", report_to="none"), train_dataset=rows)
trainer.train()
print(trainer.predict(held).predictions.argmax(-1))
"""
    ran = run(HEAD + TRAINER + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert any(said.startswith("rows to evaluate on: some of those") for said in ran.json["after"]["neutralised"])
