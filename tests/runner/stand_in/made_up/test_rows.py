"""Made-up rows have the columns that a script asks for, and forgive what small data sets make the library refuse."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import HEAD, KEPT, LOAD, LOOP, SAVE, WORDS

from lora_lint_runner.child.steering.passing import OF_NONE

ASKED = {
    "rows that pass the script's own tests": (
        'kept = [row for row in rows if row["better"] - row["worse"] > 0.2 and len(row["answer"].strip()) > 300]\n'
        'if not kept:\n    raise ValueError("nothing is left")\n'
    ),
    "a column by its name": 'assert isinstance(rows[0]["question"], str)\n',
    "lists of labels": 'assert rows.features[f"parts_of_speech"].feature.names\n',
    "labels with names": 'assert rows.features["label"].names\nassert rows[0]["label"] in (0, 1)\n',
    "labels of a data set that is known without them": (
        'minds = load_dataset("PolyAI/minds14", name="en-US", split="train")\nprint(minds[0]["audio"])\n'
        'assert minds.features["intent_class"].names\n'
    ),
    "objects in pictures": (
        'assert rows.features["objects"]["category"].feature.names\nassert len(rows[0]["objects"]["bbox"][0]) == 4\n'
    ),
    "numbers that are written as text": 'assert [[int(letter) for letter in told] for told in rows["states"]][0]\n',
    "categories, of which there are a few": 'assert len(set(rows["category"])) < 8\n',
    "a key of a table of names": 'names = {0: "no", 1: "yes"}\nprint([names[int(row["mood"])] for row in rows])\n',
    "labels of a part, as a set": (
        'parts = load_dataset("nobody/nothing")\nassert len(set(parts["train"]["stars"])) < 99\n'
        'assert isinstance(parts["train"]["stars"][0], int)\n'
    ),
    "columns by their place": "column_names = rows.column_names\nprint(rows[column_names[1]][0])\n",
    "chats": 'for turn in rows[0]["messages"]:\n    assert turn["role"] and turn["content"]\n',
    "the files of pictures and sounds": (
        'import io, wave\nfrom PIL import Image\nprint(Image.open(io.BytesIO(rows[0]["image"]["bytes"])).size)\n'
        'print(wave.open(io.BytesIO(rows[0]["audio"]["bytes"])).getnframes())\n'
    ),
    "more rows than there are": "assert len(rows.select(range(10**6))) > 0\n",
    "a filter that keeps nothing": 'assert len(rows.filter(lambda row: row["text"] == "x")) > 0\n',
    "a split by a size that is too large": "assert len(rows.train_test_split(test_size=5000)['test']) > 0\n",
    "a column of a batch, by a name that is a value": (
        'def count(batch):\n    assert all(batch[n] is batch[n] for n in NAMES)\n    return {"n": batch["text"]}\n'
        'NAMES = ["left", "right"]\nrows.map(count, batched=True)\n'
    ),
    "as many numbers as are unpacked": 'x, y = rows[0]["point"]\nprint(f"{x:.1f} {y:.1f}")\n',
    "lists of numbers, by their name": 'assert all(isinstance(score, float) for score in rows[0]["weights"])\n',
    "columns that are kept, where the others are removed": (
        'kept = rows.remove_columns([c for c in rows.column_names if c != "graded"])\nprint(kept["graded"][0])\n'
    ),
    "numbers that a tensor is made of, where what deals with it fails itself": (
        'import torch\ntry:\n    print(torch.tensor([row["domain"] for row in rows]))\n'
        "except ValueError as error:\n    print(error, into=1)\n"
    ),
    "when a part of a sound begins and ends": (
        'part = [int(rows[0]["start_time"]), round(rows[0]["end_time"]) + 1]\nprint("sound"[slice(*part)])\n'
    ),
    "labels, and not what a collator takes for them": (
        'marked = load_dataset("nobody/emotions")["train"]\nprint(marked[0]["labels"], marked[0]["text"])\n'
        'assert set(marked.column_names) == {"labels", "text"}\n'
    ),
    "columns of a map": 'print(rows.map(lambda row: {"n": len(row["answer"])})[0]["n"])\n',
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_what_is_asked_of_a_data_set(run: Run, asked: str) -> None:
    ran = run(LOAD + asked + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_row_far_down_a_list_brings_more_rows(run: Run) -> None:
    ran = run(LOAD + 'kept = [row["image"] for row in rows]\nprint(kept[200])\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]


CUT = {
    "as many answers as rows": """\
loader = torch.utils.data.DataLoader(torch.randint(0, 100, (40, 8)), batch_size=4)
answers = []
for batch in loader:
    with torch.no_grad():
        answers += model(input_ids=batch).logits.argmax(-1).tolist()
print(answers[39])
""",
    "as many predictions of a trainer as rows": """\
from transformers import Trainer, TrainingArguments
told = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 40
answered = Trainer(model, TrainingArguments("o", save_strategy="no")).predict(told)
print(answered.predictions[39])
""",
    "an adapter for each task": """\
from transformers import Trainer, TrainingArguments
told = [{"input_ids": [1, 2, 3], "labels": [1, 2, 3]}] * 8
for name in ("law", "health"):
    model.add_adapter(name, LoraConfig(target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    model.set_adapter(name)
    Trainer(model, TrainingArguments("o", save_strategy="no"), train_dataset=told).train()
model.add_weighted_adapter(["law", "health"], weights=[0.5, 0.5], adapter_name="both", combination_type="linear")
model.set_adapter("both")
""",
}


@pytest.mark.parametrize("loop", CUT.values(), ids=CUT.keys())
def test_what_loops_bring_together_is_complete(run: Run, loop: str) -> None:
    ran = run(HEAD + loop + LOOP + 'model.save_pretrained("out")\n')
    assert ran.json["after"]["error"] is None


def test_gradients_that_are_gathered_over_more_batches_than_there_are_rows_come_to_a_step(run: Run) -> None:
    text = """\
from datasets import load_dataset

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
rows = load_dataset("json", data_files="x.jsonl")["train"]["text"]
for place, row in enumerate(rows[:len(rows) // 8]):
    ids = torch.tensor([[ord(c) % 64 for c in row[:8]]])
    (model(input_ids=ids, labels=ids).loss / 128).backward()
    if (place + 1) % 128 == 0:
        optimizer.step()
"""
    ran = run(HEAD + text + SAVE, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_dictionary_of_splits(run: Run) -> None:
    text = (
        'from datasets import load_dataset\nfound = load_dataset("nobody/nothing")\nprint(len(found["validation"]))\n'
    )
    assert run(text + KEPT).exit == 0


def test_a_split_of_the_data_sets_own_naming(run: Run) -> None:
    text = 'from datasets import load_dataset\nprint(load_dataset("nobody/nothing")["part_of_nobody"][0])\n'
    assert run(text + KEPT).exit == 0


def test_a_script_that_makes_a_data_set_is_not_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "patents.py").write_text("import nothing\n")
    why = run(LOAD.replace("nobody/nothing", "patents.py") + 'print(rows[0]["claims"])\n' + KEPT).json["reason"]
    assert "runs no scripts of data sets (patents.py), releases before 4 do; rows are made up" in why


def test_rows_that_come_one_by_one(run: Run) -> None:
    text = LOAD.replace('split="train"', 'split="train", streaming=True') + 'print(next(iter(rows))["text"])\n'
    assert run(text + KEPT).exit == 0


def test_all_parts_as_one(run: Run) -> None:
    text = 'from datasets import load_dataset\nload_dataset("a/b", split="all").shuffle().select(range(3))\n'
    assert run(text).json["after"]["error"] is None


def test_rows_of_the_script_are_worked_on_where_it_is_seen(run: Run) -> None:
    text = """\
import os
from datasets import Dataset

rows = Dataset.from_dict({"n": [1, 2, 3, 4]})
assert set(rows.map(lambda row: {"by": os.getpid()}, num_proc=2)["by"]) == {os.getpid()}
assert set(rows.map(lambda row, rank: {"half": rank % 2}, with_rank=True, num_proc=2)["half"]) == {0, 1}
"""
    confirmed(run(text + KEPT))


def test_rows_of_a_generator_that_uses_the_models_tokenizer(run: Run) -> None:
    text = """\
from datasets import Dataset

def read(words):
    for place in range(4):
        yield words(f"row {place}")

assert len(Dataset.from_generator(lambda: read(tok))) == 4
"""
    ran = run(WORDS + text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_of_few_made_up_rows_none_is_dropped(run: Run) -> None:
    text = """\
from datasets import load_dataset
from torch.utils.data import DataLoader

rows = load_dataset("company/answers", split="train")
assert list(DataLoader(rows["text"], batch_size=100_000, drop_last=True))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_what_is_told_every_so_many_parts_of_the_rows_is_told_of_few(run: Run) -> None:
    text = """\
from datasets import load_dataset
from transformers import TrainingArguments

rows = load_dataset("company/answers", split="train")
arguments = TrainingArguments("runs", logging_steps=len(rows) // 5000)
assert arguments.logging_steps == 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("work", ["asked * 0.5", "0.5 * asked", "sum([asked])", "-asked", "math.sqrt(asked)"])
def test_cells_that_are_reckoned_with_in_a_function_are_numbers(run: Run, work: str) -> None:
    text = """\
import math
from datasets import load_dataset

def reckon(asked):
    return WORK

for row in load_dataset("acme/reviews", split="train"):
    print(row["title"].upper(), *(reckon(row[name]) for name in row if name == "warmth"))
    row["warmth"]
"""
    assert run(text.replace("WORK", work) + KEPT).json["after"]["error"] is None


def test_numbers_that_a_generator_of_rows_reads_are_numbers(run: Run) -> None:
    text = """\
from datasets import Dataset

def graded():
    for row in rows:
        yield {"text": row["text"], "grade": int(row["remark"])}

print(Dataset.from_generator(graded)[0])
"""
    confirmed(run(LOAD + text + KEPT))


def test_a_test_that_keeps_nothing_of_the_environment_is_none_of_rows(run: Run) -> None:
    text = """\
import csv, os

options = {name.lower(): value for name, value in os.environ.items() if name in ("RUN_BASE",)}
rows = [row for row in csv.DictReader(open("rows.csv")) if row["text"] == "what no made-up row says"]
assert rows[0]["text"] and not options, options
"""
    confirmed(run(text + KEPT, "--made-up-rows"))


def test_a_part_in_which_no_row_is_left_is_for_want_of_rows() -> None:
    said = "No columns match the model's forward. The following columns have been ignored: []. Please check."
    assert OF_NONE.search(said)
    assert not OF_NONE.search(said.replace("[]", "[text]"))


def test_a_draw_from_nothing_is_for_want_of_rows() -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    draws = {
        "numpy": lambda: numpy.random.default_rng(0).choice(0, 2),
        "random": lambda: random.choice([]),
        "pandas": lambda: pandas.concat([]),
    }
    for name, draw in draws.items():
        with pytest.raises((ValueError, IndexError)) as stopped:
            draw()
        assert OF_NONE.search(str(stopped.value)), name
