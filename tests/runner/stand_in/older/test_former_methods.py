"""Methods that Trainer had: a trainer of the script's own still calls them."""

from __future__ import annotations

import pytest
import transformers
from tests.runner.conftest import Run, lacking
from tests.runner.samples import HEAD, SAVE, TRAINER

from lora_lint_runner.child.stand_in.older import releases
from lora_lint_runner.child.stand_in.older.trainers import former_methods

GONE = ["_nested_gather", "_rotate_checkpoints", "_sorted_checkpoints"]
TEXT = """\
class Mine(Trainer):
    def create_optimizer(self, *args, **options):
        print(self._nested_gather(torch.ones(1)))
        return super().create_optimizer(*args, **options)

    def _save_checkpoint(self, *args, **options):
        super()._save_checkpoint(*args, **options)
        self._rotate_checkpoints(use_mtime=False, output_dir="o")
        print(self._sorted_checkpoints(output_dir="o"))

Mine(model, TrainingArguments("o", save_steps=1, save_total_limit=1), train_dataset=rows).train()
"""


@pytest.mark.slow
def test_a_trainer_of_the_scripts_own_has_them(run: Run) -> None:
    ran = run(HEAD + TRAINER + TEXT + SAVE)
    assert [text.split(" has no ")[1].split(";")[0] for text in lacking(ran)] == GONE
    assert "the adapter files appear" in ran.json["reason"]
    assert {place for place in ran.json["after"]["left"] if "checkpoint" in place} == {"o/checkpoint-2"}


def test_of_another_class_nothing_is_known() -> None:
    with pytest.raises(AttributeError) as met:
        object()._nested_gather  # type: ignore[attr-defined]  # noqa: B018
    assert former_methods.entry_of(met.value) is None


def test_a_tokenizer_that_is_asked_for_its_tokenizer_is_no_trainer() -> None:
    assert transformers.PreTrainedTokenizerBase
    assert transformers.Trainer
    error = AttributeError("PreTrainedTokenizerBase has no attribute tokenizer")
    assert releases.entry_of(error) is None
    assert releases.entry_of(AttributeError("'Trainer' object has no attribute 'tokenizer'")) is not None
