"""How often a script is tried again: each attempt knows more than the one before, and none is for nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, SAVE, TRAINED, TRAINER

TABLE = 'import pandas as pd\n\nrows = [text for text in pd.read_csv("letters.csv")["text"] if len(text) > 10**6]\n'
WHOLE = "from torch.utils.data import DataLoader\n\nDataLoader(rows, shuffle=True)\n"
WORDS = 'from transformers import AutoTokenizer\n\nwords = AutoTokenizer.from_pretrained("gpt2")\n'


def attempts(folder: Path) -> list[dict[str, Any]]:
    """What each attempt knew."""
    boxes = [spec.parent for spec in folder.glob("*/after*/spec.json")]
    order = sorted(boxes, key=lambda box: int(box.name.partition("-")[2] or 1))
    return [json.loads((box / "spec.json").read_text())["learned"] for box in order]


def test_what_is_missing_is_there_in_the_next_attempt(run: Run, tmp_path: Path) -> None:
    text = 'import csv\n\nrows = list(csv.DictReader(open("letters.csv")))\nprint(rows[0]["text"].lower())\n'
    assert run(text + KEPT, "--keep", str(tmp_path / "kept")).exit == 0
    first, second = attempts(tmp_path / "kept")
    assert (first, second["files"]) == ({}, ["letters.csv"])


GIVING_UP = """\
from datasets import load_dataset

def rows():
    try:
        return load_dataset("json", data_files="rows.jsonl", split="train")["text"]
    except FileNotFoundError:
        print("run prepare.py first")
        END

texts = rows()
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", ["exit()", "return", "return None", "raise SystemExit(0)", "sys.exit(0)"])
def test_what_a_script_gives_up_over_is_there_in_the_next_attempt(run: Run, end: str) -> None:
    guarded = "if texts:\n" + "".join(f"    {line}\n" for line in KEPT.splitlines())
    ran = run("import sys\n" + GIVING_UP.replace("END", end) + guarded)
    assert ran.exit == 0, ran.json["reason"]
    assert "rows.jsonl; rows are made up in its place" in ran.json["reason"]


@pytest.mark.slow
def test_words_are_tokens_only_where_there_is_a_tokenizer(run: Run, tmp_path: Path) -> None:
    run(TABLE + WHOLE + KEPT, "--keep", str(tmp_path / "without"))
    assert not any("word tokens" in learned for learned in attempts(tmp_path / "without"))
    run(WORDS + TABLE + WHOLE + KEPT, "--keep", str(tmp_path / "with"))
    assert any("word tokens" in learned for learned in attempts(tmp_path / "with"))


@pytest.mark.parametrize(
    ("rounds", "caught", "after"),
    [
        ("        if True:\n", "return self[place + 1]", ""),
        ("        while True:\n", "place = (place + 1) % 8", ""),
        ("        for _ in range(9):\n", "place += 1", '        raise RuntimeError("no row can be read")\n'),
    ],
    ids=["itself", "endless", "given up"],
)
def test_a_data_set_that_tries_another_row_over_each_that_fails(run: Run, rounds: str, caught: str, after: str) -> None:
    text = f"""\
from PIL import Image

class Pictures:
    def __getitem__(self, place):
{rounds}            try:
                return Image.open("letters/1.png").size
            except Exception as error:
                print("Data fetch error", error)
                {caught}
{after}
print(Pictures()[0])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "letters/1.png; rows are made up in its place" in ran.json["reason"]


def test_an_answer_to_each_row_comes_of_a_loop_that_is_not_cut(run: Run, tmp_path: Path) -> None:
    """Left after a few batches, as evaluations are, it would leave the places of the others empty."""
    text = """\
from datasets import load_dataset
rows = load_dataset("nobody/nothing", split="train")
out = [None] * len(rows)
with torch.no_grad():
    for place in range(len(rows)):
        out[place] = model(input_ids=torch.tensor([[len(rows[place]["text"])]])).logits
print(torch.stack(out).mean())
"""
    assert run(TRAINED + text + SAVE, "--keep", str(tmp_path / "kept")).json["verdict"] == "confirmed"
    assert attempts(tmp_path / "kept") == [{}, {"whole loops": True}]


@pytest.mark.slow
def test_a_training_of_each_party_that_is_drawn_comes_of_a_loop_that_is_not_cut(run: Run, tmp_path: Path) -> None:
    """Left after the first training by a trainer, it would leave the places of the other parties empty."""
    text = """\
losses = [None] * 3
for place in range(3):
    if place == 0:  # was not drawn
        losses[place] = 0.0
        continue
    trainer = Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows)
    losses[place] = trainer.train().training_loss
print("losses:", sum(losses))
"""
    ran = run(HEAD + TRAINER + text + SAVE, "--keep", str(tmp_path / "kept"))
    assert ran.exit == 0, ran.json["reason"]
    assert attempts(tmp_path / "kept") == [{}, {"whole loops": True}]


def test_a_part_of_a_series_from_far_on_has_rows_in_it(run: Run) -> None:
    """An evaluation on none has no metrics."""
    text = """\
import numpy as np
import pandas as pd
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments

class Windows(Dataset):
    def __init__(self, values):
        self.values = torch.from_numpy(np.nan_to_num(values)).long() % 100

    def __len__(self):
        return max(0, len(self.values) - 8)

    def __getitem__(self, place):
        return {"input_ids": self.values[place : place + 8], "labels": self.values[place : place + 8]}

values = pd.read_csv("loads.csv", parse_dates=["date"])["load"].to_numpy(dtype=np.float64)
options = TrainingArguments("runs", eval_strategy="epoch", save_strategy="epoch", load_best_model_at_end=True)
rows, held = Windows(values[:3000]), Windows(values[3000:])
Trainer(model=model, args=options, train_dataset=rows, eval_dataset=held).train()
"""
    ran = run(HEAD + text + SAVE)
    assert ran.exit == 0, ran.json["reason"]
