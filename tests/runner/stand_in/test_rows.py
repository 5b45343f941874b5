"""Made-up rows have the columns that a script asks for, and forgive what small data sets make the library refuse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.runner.conftest import Ran
from tests.runner.samples import KEPT

Run = Callable[..., Ran]
LOAD = 'from datasets import load_dataset\nrows = load_dataset("nobody/nothing", split="train")\n'

ASKED = {
    "a column by its name": 'assert isinstance(rows[0]["question"], str)\n',
    "labels with names": 'assert rows.features["label"].names\nassert rows[0]["label"] in (0, 1)\n',
    "chats": 'for turn in rows[0]["messages"]:\n    assert turn["role"] and turn["content"]\n',
    "more rows than there are": "assert len(rows.select(range(10**6))) > 0\n",
    "a filter that keeps nothing": 'assert len(rows.filter(lambda row: row["text"] == "x")) > 0\n',
    "a split by a size that is too large": "assert len(rows.train_test_split(test_size=5000)['test']) > 0\n",
    "columns of a map": 'print(rows.map(lambda row: {"n": len(row["answer"])})[0]["n"])\n',
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_what_is_asked_of_a_data_set(run: Run, asked: str) -> None:
    ran = run(LOAD + asked + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_row_far_down_a_list_brings_more_rows(run: Run) -> None:
    ran = run(LOAD + 'kept = [row["image"] for row in rows]\nprint(kept[200])\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_dictionary_of_splits(run: Run) -> None:
    text = (
        'from datasets import load_dataset\nfound = load_dataset("nobody/nothing")\nprint(len(found["validation"]))\n'
    )
    assert run(text + KEPT).exit == 0


def test_rows_that_come_one_by_one(run: Run) -> None:
    text = LOAD.replace('split="train"', 'split="train", streaming=True') + 'print(next(iter(rows))["text"])\n'
    assert run(text + KEPT).exit == 0
