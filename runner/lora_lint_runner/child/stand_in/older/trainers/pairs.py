"""Pairs of answers that a script tokenizes itself: RewardTrainer took them as `input_ids_chosen` (until trl 0.12)."""

from __future__ import annotations

import traceback
from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "pairs"
NOW = {"input_ids_chosen": "chosen_ids", "input_ids_rejected": "rejected_ids"}
HANDED = ("train_dataset", "eval_dataset")


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Are the texts looked for in rows that hold tokens under their older names?"""
    if not isinstance(error, KeyError) or error.args != ("chosen",):
        return None
    held = [value for frame, _ in traceback.walk_tb(error.__traceback__) for value in frame.f_locals.values()]
    older = any(set(NOW) <= set(value.column_names) for value in held if type(value).__name__ == "Dataset")
    return {"kind": KIND, "home": "trl", "name": "input_ids_chosen"} if older else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"RewardTrainer of trl {release} takes tokens as chosen_ids and rejected_ids, not as input_ids_chosen"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers get the tokens under the names that they have now."""
    around_trainers(run, changed(_rename))


def _rename(given: dict[str, Any]) -> None:
    given.update({name: _renamed(given[name]) for name in HANDED if name in given})


def _renamed(rows: Any) -> Any:
    columns = getattr(rows, "column_names", None)
    return rows.select_columns(list(NOW)).rename_columns(NOW) if columns and set(NOW) <= set(columns) else rows
