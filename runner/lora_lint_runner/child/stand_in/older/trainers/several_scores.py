"""Reward models with more than one score, which RewardTrainer trained all alike; now it takes those with one only (seen
with trl 1.16)."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run

KIND = "several scores"
SAYS = re.compile(r"The model has `num_labels=(\d+)`, but reward models require `num_labels=1`")
NAMED = ("num_labels", "id2label", "label2id")  # setting the first makes up the others


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Is a model refused for its number of labels?"""
    found = SAYS.match(str(error)) if isinstance(error, ValueError) else None
    return {"kind": KIND, "home": "trl", "name": found.group(1)} if found else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"RewardTrainer of trl {release} takes no model with num_labels={entry['name']}; give it num_labels=1"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainer is told of one label while it is made; the model keeps all that it has."""

    @run.patches.after("trl.trainer.reward_trainer")
    def patch(module: Any) -> None:
        run.patches.replace(module.RewardTrainer, "__init__", _told_of_one)


def _told_of_one(real: Any) -> Any:
    def init(self: Any, model: Any = None, *args: Any, **options: Any) -> None:
        config = getattr(model, "config", None)  # none of what is only named
        kept = {name: getattr(config, name) for name in NAMED if config is not None}
        if config is not None:
            config.num_labels = 1
        try:
            real(self, model, *args, **options)
        finally:
            for name, value in kept.items():
                setattr(config, name, value)

    return init
