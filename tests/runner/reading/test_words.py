"""Rows of words that each have a tag, as a script's own file holds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading.cells.words import TAG_NAMES, TAGS
from lora_lint_runner.child.stand_in.made_up import rows

HEAD = "import json\nmodel = AutoModelForTokenClassification.from_pretrained(name)\n"
ASKED = {
    "by their lengths, of which one is taken apart": """\
def records(path):
    for line in open(path):
        rec = json.loads(line)
        assert len(rec["forms"]) == len(rec["marks"])
        yield rec

kinds = {tag.partition("-")[2] for rec in records("x.jsonl") for tag in rec["marks"]}
tok([rec["forms"] for rec in records("x.jsonl")][0], is_split_into_words=True)
tok(rec["forms"], is_split_into_words=True)
""",
    "side by side, each word tokenized by itself": """\
for row in map(json.loads, open("x.jsonl")):
    for form, mark in zip(row["forms"], row["marks"]):
        ids += tok(form)["input_ids"]
        if mark.startswith("B-"):
            found.add(mark[2:])
""",
    "as variables of their own": """\
for row in map(json.loads, open("x.jsonl")):
    forms_here, marks_here = row["forms"], row["marks"]
    if len(forms_here) != len(marks_here):
        continue
    data.append((forms_here, marks_here))
counts = Counter(of_tag(tag) for _, marks_here in data for tag in marks_here if tag != "O")
tok(forms_here, is_split_into_words=True)
""",
    "as fields of an object": """\
for line in open("x.jsonl"):
    d = json.loads(line)
    item = Sentence(d["forms"], d["marks"])
    if len(item.forms) == len(item.marks):
        kept.append(item)
        prefix, name = item.marks[0].split("-", 1)
tok(item.forms, is_split_into_words=True)
""",
}


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
def test_words_have_tags_beside_them(text: str, tmp_path: Path) -> None:
    columns = read(HEAD + text, tmp_path).columns
    assert (columns["forms"].kind, columns["marks"].kind) == ("tokens", TAG_NAMES)
    words, tags = (rows.value(name, 5, None, columns[name]) for name in ("forms", "marks"))
    assert len(words) == len(tags)
    assert {*tags} == {*TAGS}


def test_the_tags_are_those_that_the_script_names(tmp_path: Path) -> None:
    named = 'NAMES = ["O", "B-DRUG", "I-DRUG"]\n'
    shape = read(HEAD + named + ASKED["as fields of an object"], tmp_path).columns["marks"]
    assert {*shape.values} == {"O", "B-DRUG", "I-DRUG"}


def test_tags_that_the_script_has_in_a_table_are_as_many_as_words(tmp_path: Path) -> None:
    script = (
        HEAD
        + """\
IDS = {"NOUN": 0, "VERB": 1, "ADJ": 2}
def align(row):
    enc = tok(row["forms"], is_split_into_words=True)
    return [IDS[row["pos"][w]] for w in enc.word_ids()]
"""
    )
    cell = rows.value("pos", 0, None, read(script, tmp_path).columns["pos"])
    assert len(cell) == 8
    assert {*cell} == {"NOUN", "VERB", "ADJ"}


def test_tags_of_which_nothing_is_read_are_numbers(tmp_path: Path) -> None:
    script = (
        HEAD
        + """\
def align(row):
    enc = tok(row["forms"], is_split_into_words=True)
    return [row["gold"][w] for w in enc.word_ids()]
"""
    )
    cell = rows.value("gold", 0, None, read(script, tmp_path).columns["gold"])
    assert len(cell) == 8
    assert all(isinstance(tag, int) for tag in cell)


def test_tags_of_a_data_set_of_the_hub_stay_numbers(tmp_path: Path) -> None:
    """Their names are compared with `O`, which a feature of the data set tells."""
    script = (
        HEAD
        + """\
data = load_dataset("someone/words")
names = data["train"].features["gold"].feature.names
def align(row):
    enc = tok(row["forms"], is_split_into_words=True)
    return [row["gold"][w] for w in enc.word_ids() if names[row["gold"][w]] != "O"]
"""
    )
    assert read(script, tmp_path).columns["gold"].kind != TAG_NAMES


def test_no_words_are_looked_for_where_none_are_labelled(tmp_path: Path) -> None:
    script = (HEAD + ASKED["as fields of an object"]).replace("TokenClassification", "CausalLM")
    assert read(script, tmp_path).columns["marks"].kind != TAG_NAMES
