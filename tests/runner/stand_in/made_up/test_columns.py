"""Made-up rows have the columns that a script asks for, each with what is made of it."""

from __future__ import annotations

import ast

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, LOAD, WORDS

from lora_lint_runner.child.stopped.retries.data import cells

WANTED = {
    "texts, whatever their names sound like": 'tok(rows["class"][:2], rows["rating"][:2])\n',
    "texts that are a chat elsewhere in the project": (
        'def chat(row):\n    return tok.apply_chat_template(row["prompt"])\ntok(rows["prompt"][0])\n'
    ),
    "chats that speak of their picture by the script's own mark": (
        'for turn in rows[0]["messages"]:\n    assert turn["content"].split()\n'
        'if not any("<image>" in turn["content"] for turn in rows[0]["messages"]):\n'
        '    raise ValueError("0 <image> tokens for 1 image")\n'
    ),
    "a text that holds JSON": 'import json\nassert [part for part in json.loads(rows[0]["record"])]\n',
    "a chat, as JSON": (
        'import json\ndef one(row):\n    turns = json.loads(row["asked"]) + json.loads(row["said"])\n'
        "    form = '{{ messages[0].role }}'\n"
        "    return {'n': len(tok.apply_chat_template(turns, tokenize=False, chat_template=form))}\n"
        "print(rows.map(one)[0])\n"
    ),
}


@pytest.mark.parametrize("wanted", WANTED.values(), ids=WANTED.keys())
def test_what_is_made_of_a_column(run: Run, wanted: str) -> None:
    ran = run(LOAD + WORDS + wanted + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_of_a_row_only_what_is_held_against_a_number_is_one() -> None:
    line = ast.parse("place += row.north if row.lat >= 0 else row.south").body[0]
    unordered = TypeError("'>=' not supported between instances of 'str' and 'int'")
    assert [ast.unparse(side) for side in cells.compared(line, unordered)] == ["row.lat", "0"]
    assert len(cells.compared(line, ValueError("too many dimensions 'str'"))) > 2


def test_tokens_of_parts_of_a_row_are_numbers(run: Run) -> None:
    text = """import json
import torch

rows = [json.loads(line) for line in open("pairs.jsonl")]
for row in rows[:2]:
    ids = tok(row["prompt"]).input_ids + list(row["chosen_token_ids"])
    torch.full((len(ids),), 0)[:] = torch.tensor(ids, dtype=torch.long)
    model(input_ids=torch.tensor([ids]), labels=torch.tensor([ids])).loss.backward()
"""
    ran = run(HEAD + WORDS + text + KEPT.removeprefix(HEAD), "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


TOKENIZED = {
    "for a trainer": """from transformers import Trainer, TrainingArguments
Trainer(model, TrainingArguments("o"), train_dataset=load_from_disk("tokenized")).train()
""",
    "for a loop": """import torch
from transformers import default_data_collator
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
rows = load_from_disk("tokenized")["train"].with_format("torch")
for batch in torch.utils.data.DataLoader(rows, batch_size=4, collate_fn=default_data_collator):
    model(**batch).loss.backward()
    optimizer.step()
""",
}


@pytest.mark.parametrize("script", TOKENIZED)
def test_rows_of_a_data_set_that_another_script_has_tokenized(run: Run, script: str) -> None:
    text = "from datasets import load_from_disk\n" + TOKENIZED[script] + 'model.save_pretrained("out")\n'
    ran = run(HEAD + text, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_what_a_tokenized_row_says_beside_its_tokens(run: Run) -> None:
    text = """import torch
from datasets import load_from_disk
from transformers import Trainer, TrainingArguments

def collate(rows):
    labels = [[-100] * row["seq_len"] + row["input_ids"][row["seq_len"]:] for row in rows]
    return {"input_ids": torch.tensor([row["input_ids"] for row in rows]), "labels": torch.tensor(labels)}

class Own(Trainer):
    def _remove_unused_columns(self, rows, *args, **options):
        return rows

Own(model, TrainingArguments("o"), train_dataset=load_from_disk("tokenized"), data_collator=collate).train()
model.save_pretrained("out")
"""
    ran = run(HEAD + text, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_columns_that_a_trainer_needs_and_the_script_names(run: Run) -> None:
    text = (
        LOAD
        + """from trl import DPOTrainer

assert {"prompt", "chosen", "rejected"} <= set(rows.column_names)
print(DPOTrainer, rows[0]["chosen"])
"""
    )
    assert run(text).json["after"]["error"] is None


def test_each_stage_has_the_columns_of_its_own_data(run: Run) -> None:
    """What another trainer of the script asks for is no column of a data set that is known to lack it."""
    text = """from datasets import load_dataset
from trl import DPOTrainer, SFTTrainer

print(DPOTrainer, SFTTrainer)
chats, pairs = (load_dataset(f"trl-lib/{name}", split="train") for name in ("Capybara", "ultrafeedback_binarized"))
assert not set(chats.column_names) & set(pairs.column_names), chats.column_names
"""
    assert run(text).json["after"]["error"] is None


def test_a_data_set_whose_id_tells_of_other_columns_has_those_of_the_script(run: Run) -> None:
    """It is not by what lies in a turn of its chats that it is known."""
    text = """from datasets import load_dataset

for row in load_dataset("someone/llava-instruct-small", split="train"):
    turns = [part["image"] for turn in row["messages"] for part in turn["content"] if "image" in part]
    print(turns, [image.convert("RGB") for image in row["images"]])
"""
    assert run(text).json["after"]["error"] is None


def test_parts_that_a_function_picks_are_no_columns(run: Run) -> None:
    text = """\
from datasets import load_dataset

def numbered(rows):
    return rows["train"].map(lambda row: {"number": int(row["answer"].split("####")[1])})

rows = load_dataset("openai/gsm8k", "main")
assert numbered(rows).column_names == ["question", "answer", "number"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_who_speaks_in_a_chat_has_the_names_that_the_script_knows(run: Run) -> None:
    text = """import json

roles = {"asker": "Q", "helper": "A"}
for row in json.load(open("chats.json")):
    print([roles[turn["from"]] + turn["value"] for turn in row["conversations"]])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_column_that_is_compared_by_size_is_a_number(run: Run) -> None:
    ran = run(LOAD + "least = 0.0\nprint(len([row for row in rows if row['span'] < least]))\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_column_that_the_script_itself_writes_is_not_removed_with_the_others(run: Run) -> None:
    """The trainer's text_field is made up as a column; the real data set has only what the function reads."""
    text = """\
def chat(row):
    row["text"] = row["question"] + row["answer"]
    return row

rows = rows.map(chat, remove_columns=rows.column_names)
assert rows[0]["text"] and rows.column_names == ["text"], rows.column_names
"""
    ran = run(LOAD + text + KEPT + 'dict(dataset_text_field="text")\n')
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("renamed", ['rename_column("labels", "label")', 'rename_columns({"labels": "label"})'])
def test_a_column_that_gets_another_name_is_what_is_asked_of_that(run: Run, renamed: str) -> None:
    text = f"""\
from datasets import load_dataset

rows = load_dataset("microsoft/cats_vs_dogs", split="train").{renamed}
assert dict(enumerate(rows.features["label"].names))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_that_is_read_by_one_of_its_columns_has_it(run: Run) -> None:
    text = """import pandas as pd

options = dict([("index_col", "clip" + "_id")])
assert pd.read_csv("clips.csv", **options).index.name == "clip_id"
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


@pytest.mark.slow
def test_the_columns_by_which_a_reader_of_parquet_picks_its_rows_are_numbers(run: Run) -> None:
    text = """\
import pyarrow.parquet as pq

for column in ("days", "visits"):
    rows = pq.read_table("stays.parquet", columns=["note", column], filters=[(column, "!=", -1)]).to_pylist()
    assert rows[0]["note"].lower() and rows[0][column] > 0
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_a_table_whose_columns_all_get_names_has_as_many(run: Run) -> None:
    text = """\
import pandas as pd

clips = pd.read_csv("clips.tsv", sep="\\t")
lengths = pd.read_csv("lengths.tsv", sep="\\t")
lengths.columns = ["path", "ms"]
clips = clips.merge(lengths, on="path")
assert len(clips[clips.ms < 20 * 1000.0]) and clips["said"].str.lower().any()
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_cells_that_say_which_other_columns_count_are_among_their_names(run: Run) -> None:
    text = """\
import pandas as pd

for row in pd.read_csv("asked.csv").itertuples():
    for letter in "AB":
        if letter == row.right:
            continue
        assert f"{getattr(row, f'said_{row.right}')} {int(getattr(row, f'reason_{letter}'))}"
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
