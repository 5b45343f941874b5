"""Metrics that are not installed: every score is 0.5, under every name that it is asked for."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import Score

WHOLE: dict[str, dict[str, Any]] = {}


def fill(module: ModuleType, run: Run) -> None:
    """What of these packages is more than a score."""
    module.__dict__.update(WHOLE.get(module.__name__, {}), _fallback=lambda name: Score())


class Metric:
    """What a metric of the script's own is made of: its states are attributes, and a call is an update."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._states: dict[str, Any] = {}

    def add_state(self, name: str, default: Any, *args: Any, **options: Any) -> None:
        self._states[name] = default
        setattr(self, name, copy.copy(default))

    def reset(self) -> None:
        for name, default in self._states.items():
            setattr(self, name, copy.copy(default))

    def to(self, *args: Any, **options: Any) -> Metric:
        return self

    cpu = cuda = eval = train = to

    def update(self, *args: Any, **options: Any) -> None: ...
    def compute(self) -> Any:
        return Score()

    def forward(self, *args: Any, **options: Any) -> Any:
        self.update(*args, **options)
        return self.compute()

    __call__ = forward


class PTBTokenizer:
    """Of pycocoevalcap: the texts of the captions of each picture, in small letters (1.2)."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def tokenize(self, captions: dict[Any, list[dict[str, str]]]) -> dict[Any, list[str]]:
        return {key: [" ".join(one["caption"].lower().split()) for one in each] for key, each in captions.items()}


WHOLE.update({"torchmetrics": {"Metric": Metric}})
WHOLE.update({"pycocoevalcap.tokenizer.ptbtokenizer": {"PTBTokenizer": PTBTokenizer}})
