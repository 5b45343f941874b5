"""Values that arguments took in older releases."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Ran
from .samples import HEAD
from .test_beyond import SAVE, TRAINER, carried

Run = Callable[..., Ran]


def test_an_optimizer_is_known_by_its_older_name(run: Run) -> None:
    text = (
        HEAD
        + TRAINER
        + 'args = TrainingArguments("o", optim="adamw_hf")\nTrainer(model, args, train_dataset=rows).train()\n'
    )
    assert carried(run(text + SAVE)).endswith("has no optim=adamw_hf; now adamw_torch")
