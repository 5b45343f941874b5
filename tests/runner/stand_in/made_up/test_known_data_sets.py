"""Rows of data sets of the hub, by what is known of them: their columns, labels, files, and how they write a chat."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, confirmed, lacking
from tests.runner.samples import KEPT, LOAD


def test_a_table_that_is_read_from_the_hub_has_rows_enough(run: Run) -> None:
    text = """\
import pandas

frame = pandas.read_csv("hf://datasets/you/words/train.csv", encoding="latin1").ffill()
joined = frame.groupby("Sentence #")["Word"].transform(lambda words: " ".join(words))
assert len(frame) > 100, "too few"
assert len(joined) == len(frame) and frame.equals(pandas.read_csv("hf://datasets/you/words@main/train.csv"))
"""
    assert run(text).json["after"]["error"] is None


def test_a_file_of_label_names_from_a_data_set(run: Run) -> None:
    text = """\
import json
from huggingface_hub import hf_hub_download

names = json.load(open(hf_hub_download("huggingface/label-files", "ade20k-id2label.json", repo_type="dataset")))
assert names["0"] == "label_0"
"""
    assert run(text).json["after"]["error"] is None


@pytest.mark.parametrize(
    "used",
    [
        'turns = (row["history"] if row["history"] else []) + [(row["query"], "so")]\n    print(turns[0][1])',
        'for asked, said in row["history"]:\n        print(asked, said)',
    ],
)
def test_a_chat_so_far_is_of_pairs(run: Run, used: str) -> None:
    text = f"""\
from datasets import load_dataset

for row in load_dataset("company/answers", split="train"):
    {used}
"""
    confirmed(run(text + KEPT))


def test_rows_of_a_file_of_the_hub_pass_the_scripts_own_tests(run: Run) -> None:
    text = """\
import json
from datasets import Dataset
from huggingface_hub import hf_hub_download

with open(hf_hub_download("nobody/nothing", "reviews.jsonl", repo_type="dataset")) as file:
    rows = [json.loads(line) for line in file]
kept = Dataset.from_list([row for row in rows if row["good"] - row["bad"] > 0.2 and len(row["review"]) > 300])
assert kept["review"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_column_of_a_known_data_set_is_no_chat_as_one_of_that_name_is_elsewhere(run: Run) -> None:
    text = """\
from datasets import load_dataset
from transformers import AutoTokenizer

tok = AutoTokenizer.from_pretrained("Qwen/Qwen2.5-0.5B-Instruct")
chats = load_dataset("someone/preferences", split="train")
chats.map(lambda row: {"text": tok.apply_chat_template(row["prompt"], tokenize=False)})
told = [row["prompt"].split('\"\"\"')[1] for row in load_dataset("openai_humaneval", split="test")]
"""
    ran = run(text + KEPT)
    assert ran.json["reason"] == "the adapter files appear"


def test_of_a_known_data_set_there_are_as_many_labels_as_it_has(run: Run) -> None:
    text = """\
from datasets import load_dataset

found = load_dataset("ethz/food101", split="train")
names = found.features["label"].names
assert len(names) == 10 and set(found["label"]) == set(range(10))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_boxes_end_beyond_their_beginning(run: Run) -> None:
    text = """\
import csv
from PIL import Image

for row in csv.DictReader(open("boxes.csv")):
    box = [float(row[side]) for side in ("xmin", "ymin", "xmax", "ymax")]
    assert Image.new("RGB", (64, 64)).crop(box).size[0]
"""
    ran = run(text + KEPT, "--made-up-rows")
    confirmed(ran)
    assert "passed over" not in ran.json["reason"]


def test_turns_of_a_chat_have_the_fields_that_a_script_asks_for(run: Run) -> None:
    text = """\
for chat in rows["messages"]:
    answer = chat[-1]
    print(answer["reasoning_content"] + answer["content"])
"""
    confirmed(run(LOAD + text + KEPT))


def test_words_on_a_page_have_boxes_and_named_tags(run: Run) -> None:
    text = """\
from datasets import load_dataset

pages = load_dataset("nielsr/funsd-layoutlmv3", split="train")
names = pages.features["ner_tags"].feature.names
page = pages[0]
assert len(page["tokens"]) == len(page["bboxes"]) == len(page["ner_tags"])
assert all(0 <= side <= 1000 for box in page["bboxes"] for side in box) and page["image"].size
print([names[tag] for tag in page["ner_tags"]])
"""
    assert run(text).json["after"]["error"] is None


def test_calls_of_functions_are_written_as_each_data_set_writes_them(run: Run) -> None:
    text = """\
import json, re
from datasets import load_dataset

row = load_dataset("glaiveai/glaive-function-calling-v2", split="train")[1]
told = json.loads(row["system"][row["system"].index("{"):])
call = re.search(r"<functioncall> (\\{.*?\\}) <\\|endoftext\\|>", row["chat"], re.S)[1]
assert json.loads(call.replace("'", '"', 1).replace('"{', "{").replace("}'", "}"))["name"] == told["name"]
row = load_dataset("Salesforce/xlam-function-calling-60k", split="train")[1]
assert json.loads(row["answers"])[0]["name"] == json.loads(row["tools"])[0]["name"] and row["query"].strip()
"""
    confirmed(run(text + KEPT))


def test_rows_of_one_configuration_are_looked_up_in_another(run: Run) -> None:
    text = """\
from collections import defaultdict
from datasets import load_dataset

texts = {row["_id"]: row["text"] for row in load_dataset("nobody/search", "corpus", split="corpus")}
judged = defaultdict(dict)
for row in load_dataset("nobody/search", "default", split="train"):
    asked, found, score = row["query-id"], row["corpus-id"], int(row["score"])
    if found in texts and score > 0:
        judged[asked][found] = score
assert len(judged) > 3
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_rows_that_are_brought_together_are_several(run: Run) -> None:
    text = """\
from datasets import load_dataset

GAINS = {"Exact": 1.0, "Substitute": 0.1, "Irrelevant": 0.0}
frame = load_dataset("nobody/shop", split="train").to_pandas()
frame["gain"] = frame["grade"].map(GAINS)
parts = [part for _, part in frame.groupby(["query_id", "query"])]
assert len([part for part in parts if part["gain"].nunique() > 1]) > 2
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_a_column_is_of_one_kind_in_data_sets_that_are_put_together(run: Run) -> None:
    text = """\
from datasets import concatenate_datasets, load_dataset

parts = [load_dataset(name, split="train") for name in ("team/dpo-mix-7k", "team/letters")]
rows = concatenate_datasets([part.select_columns(["chosen", "rejected"]) for part in parts])
print(len(rows))
"""
    ran = run(text + KEPT)
    assert (ran.exit, lacking(ran)) == (0, []), ran.json["reason"]
