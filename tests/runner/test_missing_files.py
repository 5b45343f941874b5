"""`--made-up-rows`: files that the script looks for in vain are made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Ran
from .samples import KEPT

Run = Callable[..., Ran]

READS = {
    "lines of JSON": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\nprint(rows[0]["question"])\n'
    ),
    "a table": 'import csv\nrows = list(csv.DictReader(open("train.csv")))\nprint(rows[0]["question"])\n',
    "a file that is asked for first": (
        'import os\nif not os.path.isfile("keys/hub.key"):\n    raise ValueError("keys/hub.key is not a file")\n'
    ),
    "a pattern": (
        "from pathlib import Path\nfound = sorted(Path('parts').glob('*.jsonl'))\n"
        "assert found, 'no parts there'\nprint(open(found[0]).read())\n"
    ),
    "a picture": 'from PIL import Image\nprint(Image.open("cat.png").size)\n',
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_it_is_made_up(run: Run, read: str) -> None:
    ran = run(read + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert any("made up" in text for text in ran.json["after"]["neutralised"])


def test_a_data_set_on_disk_is_made_up(run: Run) -> None:
    text = 'from datasets import Dataset\nprint(Dataset.load_from_disk("../rows")[0])\n'
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_columns_that_a_made_up_file_lacks_are_learned(run: Run) -> None:
    text = """\
import json

def encode(row):
    try:
        return row[NAME]
    except Exception as error:
        raise ValueError(f"cannot encode: {error}") from error

NAME = "".join(["ans", "wer"])
print([encode(json.loads(line)) for line in open("rows.jsonl")][0])
"""
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_without_the_option_the_file_is_named(run: Run) -> None:
    ran = run(READS["a table"] + KEPT)
    assert ran.exit == 3
    assert "train.csv" in ran.json["reason"]
