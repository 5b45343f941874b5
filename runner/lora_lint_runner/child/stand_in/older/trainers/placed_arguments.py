"""Arguments of transformers' Trainer by their places, as a trainer of the script's own hands them on: before 4.46
`compute_metrics` came right behind `model_init`, and `preprocess_logits_for_metrics` right behind `optimizers`. By now
others stand in between (`compute_loss_func`, seen in 4.46.3; `optimizer_cls_and_kwargs`, seen in 5.23)."""

from __future__ import annotations

import functools
import traceback
from typing import Any

from ....context import Run

KIND = "places"
HOME = "transformers.trainer"
OLDER = (
    "model", "args", "data_collator", "train_dataset", "eval_dataset", "processing_class", "model_init",
    "compute_metrics", "callbacks", "optimizers", "preprocess_logits_for_metrics",
)  # fmt: skip
PAIR = OLDER.index("optimizers")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did the pair of an optimizer and its schedule come to where the callbacks are now?"""
    if not isinstance(error, TypeError):
        return None
    frame = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][-1]
    held = frame.f_locals
    made = frame.f_code.co_name == "__init__" and frame.f_globals.get("__name__") == HOME
    if not made or not _is_pair(held.get("callbacks")) or _is_pair(held.get("optimizers")):
        return None
    return {"kind": KIND, "home": HOME, "owner": "Trainer", "method": "__init__", "name": "optimizers"}


def said(entry: dict[str, str], release: str | None) -> str:
    return f"Trainer of transformers {release} takes its arguments in another order; now by their names"


def serve(run: Run, entry: dict[str, str]) -> None:
    """They are given by their names."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", _by_name)


def _by_name(real: Any) -> Any:
    @functools.wraps(real)
    def init(self: Any, *args: Any, **options: Any) -> None:
        if PAIR < len(args) <= len(OLDER) and _is_pair(args[PAIR]):
            args, options = (), {**dict(zip(OLDER, args)), **options}
        real(self, *args, **options)

    return init


def _is_pair(value: Any) -> bool:
    """An optimizer with its schedule, or neither: callbacks are a list."""
    return isinstance(value, tuple) and len(value) == len(("optimizer", "schedule"))
