"""Data sets and their columns: those that many scripts use, by their ids, and those that trainers take."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any

with open(os.path.join(os.path.dirname(__file__), "datasets.json"), encoding="utf-8") as _file:
    TABLE: dict[str, Any] = json.load(_file)


def known(dataset: str, config: str | None) -> dict[str, str] | None:
    """The columns of a data set that many scripts use, by its id."""
    name = dataset.rstrip("/").split("/")[-1].lower()
    for words in (f"{name}:{config}".lower() if config else name, name):
        for pattern, columns in TABLE["ids"]:
            if re.search(pattern, words):
                return dict(columns)
    return None


def needed(trainers: frozenset[str], classes: tuple[str, ...] = ()) -> dict[str, str]:
    """The columns that a script's trainers ask for; with images where its models see."""
    sees = any(re.search(r"ImageTextToText|Vision2Seq|VLForCond|FastVision", name) for name in classes)
    for pattern, columns in [*(TABLE["seeing"] if sees else ()), *TABLE["trainers"]]:
        if any(re.fullmatch(pattern, trainer) for trainer in trainers):
            return dict(columns)
    return {}


def serving(trainers: frozenset[str], columns: Iterable[str]) -> frozenset[str]:
    """The words of trainers, none of which a data set lacks that has what one of the script's trainers takes."""
    there = set(columns)
    ways = [(pattern, set(names)) for pattern, all_names in TABLE["serving"] for names in all_names]
    served = any(names <= there and any(re.fullmatch(pattern, t) for t in trainers) for pattern, names in ways)
    return frozenset().union(*(names for _, names in ways)) if served else frozenset()


def unasked(trainers: frozenset[str]) -> frozenset[str]:
    """Columns that a script's trainers take along where they are there, and that its own data has not, as it does not
    name them."""
    return frozenset(
        c for pattern, names in TABLE["unasked"] for t in trainers if re.fullmatch(pattern, t) for c in names
    )
