"""Rows with masks that the script prepared itself: until its labels moved to the preparation of the rows (seen in trl
1.16), the collator of trl's SFTTrainer made them of the masks."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "masked"
SAYS = ("has mask columns but no 'labels'", "skip_prepare_dataset")
MASKS = ("completion_mask", "assistant_masks")
LEFT_OUT = -100  # no loss is asked of such a token


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Does trl miss the labels of rows that it was told not to prepare?"""
    misses = isinstance(error, ValueError) and all(part in str(error) for part in SAYS)
    return {"kind": KIND, "home": "trl", "name": "labels"} if misses else None


def said(entry: dict[str, str], release: str | None) -> str:
    return (
        f"SFTTrainer of trl {release} makes no labels of completion_mask where skip_prepare_dataset is set; now a "
        "column labels, -100 where the mask is 0"
    )


def serve(run: Run, entry: dict[str, str]) -> None:
    """The rows have the labels that the collator made of them."""
    around_trainers(run, changed(_label))


def _label(given: dict[str, Any]) -> None:
    for name in ("train_dataset", "eval_dataset"):
        rows = given.get(name)
        if isinstance(rows, dict):
            given[name] = {part: _labelled(held) for part, held in rows.items()}
        elif rows is not None:
            given[name] = _labelled(rows)


def _labelled(rows: Any) -> Any:
    columns = getattr(rows, "column_names", None) or []
    masks = [name for name in MASKS if name in columns]
    return rows.map(_by(masks)) if masks and "input_ids" in columns and "labels" not in columns else rows


def _by(masks: list[str]) -> Any:
    def labels(row: dict[str, Any]) -> dict[str, Any]:
        kept = zip(row["input_ids"], *(row[name] for name in masks), strict=False)
        return {"labels": [number if all(counts) else LEFT_OUT for number, *counts in kept]}

    return labels
