"""Training arguments as a laptop can bear them."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, SAVE, TRAINER


def test_what_a_script_sets_after_it_has_made_its_arguments_is_made_lighter_too(run: Run) -> None:
    text = """\
options = TrainingArguments("runs", save_strategy="no", report_to="none", accelerator_config={"split_batches": True})
options.optim = "paged_adamw_8bit"
options.per_device_train_batch_size = 64
options.learning_rate = 0.5
trainer = Trainer(model, options, train_dataset=rows)
assert (trainer.args.per_device_train_batch_size, trainer.args.learning_rate) == (4, 0.5)
trainer.train()
"""
    ran = run(HEAD + TRAINER + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert "optimizer paged_adamw_8bit: adamw_torch" in ran.json["after"]["neutralised"]
