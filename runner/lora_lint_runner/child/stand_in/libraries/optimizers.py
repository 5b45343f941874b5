"""Packages of optimizers that are not here: whatever a script takes from one by the name of a class is AdamW, as a few
steps do not tell them apart. Those without a schedule are told when the training is (`optimizer.train()`)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from .bitsandbytes import optimizer_class

MOST = 1e-2  # of a learning rate: those that find their own are given 1


def fill(module: ModuleType, run: Run) -> None:
    """Fills any of them."""
    module.__dict__["__getattr__"] = _class_of


def _class_of(name: str) -> Any:
    import torch

    if not name[:1].isupper():
        raise AttributeError(name)

    class Adapted(optimizer_class(name, torch.optim.AdamW)):  # type: ignore[misc]
        def __init__(self, params: Any, lr: float = MOST, *args: Any, **options: Any) -> None:
            super().__init__(params, min(float(lr), MOST), **options)

        def train(self) -> None: ...
        def eval(self) -> None: ...

    Adapted.__name__ = name
    return Adapted
