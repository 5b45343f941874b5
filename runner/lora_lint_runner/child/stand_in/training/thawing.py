"""A training in which a callback of the script's lets an adapter learn only later on: epochs of one step each, as few
steps are made here, and a first epoch of many does not end."""

from __future__ import annotations

from typing import Any

from ...context import Run
from ...spec import THAWS
from .first_rows import first_rows


def install(run: Run) -> None:
    if THAWS not in run.spec.learned:
        return

    @run.patches.after("transformers.trainer")
    def trainer(module: Any) -> None:
        run.patches.replace(module.Trainer, "get_train_dataloader", _in_short)


def _in_short(real: Any) -> Any:
    def loader(self: Any, *args: Any, **options: Any) -> Any:
        rows, taken = self.train_dataset, self.args
        count = taken.train_batch_size * taken.gradient_accumulation_steps
        answers = hasattr(taken, "num_generations")  # several of each row, as its sampler counts them
        if not answers and hasattr(rows, "__len__") and len(rows) > count:
            self.train_dataset = first_rows(rows, count)
        return real(self, *args, **options)

    return loader
