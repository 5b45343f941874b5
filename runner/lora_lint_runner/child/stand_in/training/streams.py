"""Training on a stream of made-up rows: an epoch of few batches never comes to a step of many, and a trainer waits."""

from __future__ import annotations

import inspect
from typing import Any

from ...context import Run


def install(run: Run) -> None:
    @run.patches.after("transformers.trainer")
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _beginning(run, real))


def _beginning(run: Run, real: Any) -> Any:
    names = list(inspect.signature(real).parameters)[1:]

    def init(self: Any, *args: Any, **options: Any) -> None:
        given = {**dict(zip(names, args)), **options}
        arguments: Any = given.get("args")
        rows = given.get("train_dataset")
        stream = rows is not None and not hasattr(rows, "__len__") and not isinstance(rows, str)
        if stream and getattr(arguments, "gradient_accumulation_steps", 1) > 1:
            run.neutral("gradient accumulation: none on a stream, whose rows are few here")
            arguments.gradient_accumulation_steps = 1
        real(self, *args, **options)

    return init
