"""Batches of a script's own loaders, which are as large as its GPU bears: where an attempt has come to the limit of
time or memory with them, the next one makes small ones. Those of trainers are small anyway (see `trainers`)."""

from __future__ import annotations

from typing import Any

from ...context import Run
from ..made_up import rows

BORNE, FEW = 8, 2  # rows of a batch


def install(run: Run) -> None:
    @run.patches.after("torch.utils.data")
    def loaders(module: Any) -> None:
        run.patches.replace(module.DataLoader, "__init__", lambda real: _sized(run, real))


def _sized(run: Run, real: Any) -> Any:
    def init(self: Any, dataset: Any, batch_size: Any = 1, *args: Any, **options: Any) -> None:
        if isinstance(batch_size, int) and batch_size > BORNE:
            if rows.few(run):
                run.neutral(f"batches of {FEW} rows: with {batch_size} the limit of time or memory was reached")
                batch_size = FEW
            else:  # told to those who watch the limits
                run.journal.line({"kind": "rows", "count": batch_size})
        real(self, dataset, batch_size, *args, **options)

    return init
