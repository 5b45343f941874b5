"""Saves that lead through methods of the script's own."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, TRAINER


def test_a_trainers_save_goes_on_in_a_method_of_the_script(run: Run) -> None:
    text = """\
class Mine(Trainer):
    def _save(self, output_dir=None, state_dict=None):
        super()._save(output_dir, state_dict)

trainer = Mine(model, TrainingArguments("out", save_strategy="no"), train_dataset=rows)
trainer.train()
trainer.save_model()
"""
    ran = run(HEAD + TRAINER + text)
    assert ran.exit == 0, ran.json["reason"]
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed"]
