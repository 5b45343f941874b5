"""Verdicts hang on what a script does, not on its words: every variant again, in other words, with lines between."""

from __future__ import annotations

import os
from typing import Any

import pytest
from tests.sets.marks import as_good, faults, read
from tests.sets.renaming import reworded
from tests.sets.scripts import DATA, VARIANTS, found_in

SEEDS = range(int(os.environ.get("LORA_LINT_SEEDS", "1")))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["name"].removesuffix(".py"))
def test_a_variant_in_other_words(variant: dict[str, Any], seed: int) -> None:
    text = as_good((DATA / "variants" / variant["name"]).read_text(encoding="utf-8"), variant["also"])
    marked = read({"other.py": reworded(text, seed)})
    assert bool(marked.wanted) is (variant["label"] == "bad")
    assert faults(marked, found_in(marked.texts["other.py"], "other.py")) == ([], [])
