"""Data sets for which none of the made-up rows were left."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import HEAD, READS


@pytest.mark.slow
def test_columns_of_a_data_set_that_has_none_are_no_mistake_of_the_trainer_that_gets_it(run: Run) -> None:
    text = """\
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

rows = []
for price in frame["price"]:
    rows += [{"text": price, "place": len(rows)}] * (len(price) // 10**6)
trainer = SFTTrainer(
    model, args=SFTConfig("runs"), train_dataset=Dataset.from_list(rows).select_columns(["text"]),
)
trainer.train()
trainer.save_model("out")
"""
    confirmed(run(HEAD + READS + text))
