"""Data sets of torch for trl's trainers, whose rows they took as they were; now they take those of `datasets` only."""

from __future__ import annotations

import re
from typing import Any

from ....context import Run
from ..arguments import around_trainers, changed

KIND = "torch dataset"
SAYS = re.compile(r"`(?:train|eval)_dataset` must be a `Dataset`.*, got `(?!list`)(\w+)`")
HANDED = ("train_dataset", "eval_dataset")
MOST = 256  # rows that are read


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Is another kind of data set refused?"""
    found = SAYS.search(str(error)) if isinstance(error, TypeError) else None
    return {"kind": KIND, "home": "trl", "name": found.group(1)} if found else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"trainers of trl {release} take no Dataset of torch, as {entry['name']} is one; now datasets.Dataset"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The trainers get its rows as one of `datasets`."""
    around_trainers(run, changed(_read))


def _read(given: dict[str, Any]) -> None:
    given.update({name: _rows(given[name]) for name in HANDED if name in given})


def _rows(held: Any) -> Any:
    import datasets
    import torch

    if not isinstance(held, torch.utils.data.Dataset) or isinstance(held, datasets.Dataset):
        return held
    rows = [held[place] for place in range(min(len(held), MOST))]  # type: ignore[arg-type]
    if not rows or not all(hasattr(row, "items") for row in rows):
        return held
    plain = [{n: v.tolist() if isinstance(v, torch.Tensor) else v for n, v in row.items()} for row in rows]
    found = datasets.Dataset.from_list(plain)
    tensors = [name for name, value in rows[0].items() if isinstance(value, torch.Tensor)]
    return found.with_format("torch", columns=tensors, output_all_columns=True) if tensors else found
