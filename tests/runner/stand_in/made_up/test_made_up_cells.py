"""What is made up for a cell, by the kind of thing that it is and by what the script asks of it."""

from __future__ import annotations

import ast
import csv
import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.cells.shape import ANY, Shape
from lora_lint_runner.child.reading.files.lines import Lines, lines_in
from lora_lint_runner.child.stand_in.made_up import maker, rows, suffixes
from lora_lint_runner.child.stand_in.made_up.cells import life, varied
from lora_lint_runner.child.stand_in.made_up.files import contents, forms


def test_dates_that_differ_in_more_ways_are_close_to_each_other_as_in_a_conversation() -> None:
    first, *others = [varied.cell(hints.Hints(), "sent_at", place, "2024-01-01 05:00:00") for place in range(9)]
    minutes = [datetime.fromisoformat(other) - datetime.fromisoformat(first) for other in others]
    assert minutes[0] == timedelta(minutes=2)
    assert minutes[-1] > timedelta(days=300)


@pytest.mark.parametrize("reader", ['csv.DictReader(file, delimiter=";")', 'pd.read_csv(path, sep=";")'])
def test_cells_are_parted_as_they_are_read(reader: str, tmp_path: Path) -> None:
    assert read(f'rows = {reader}\nprint("a", "b", sep="|")\n', tmp_path).separator == ";"
    forms.write(str(tmp_path / "x.csv"), [{"a": "1,2", "b": "3"}], "csv", separator=";")
    with open(tmp_path / "x.csv") as file:
        assert list(csv.DictReader(file, delimiter=";")) == [{"a": "1,2", "b": "3"}]


def test_a_series_is_long() -> None:
    assert contents._measured({"date": "2024-01-01 00:00:00", "OT": 0.1})
    assert not contents._measured({"date": "2024-01-01 00:00:00", "text": "a"})
    assert not contents._measured({"OT": 0.1})


def test_the_columns_beside_the_one_that_is_left_out_are_measured(tmp_path: Path) -> None:
    script = 'frame = pd.read_csv("x.csv")\nvalues = frame[[c for c in frame.columns if c != "date"]].values\n'
    assert [*read(script, tmp_path).columns] == ["date"]


def test_a_packed_file_holds_what_its_name_says(tmp_path: Path) -> None:
    path = str(tmp_path / "rows.jsonl.gz")
    forms.write(path, [{"text": "a"}], suffixes.suffix_of(path)[1:])
    with gzip.open(path, "rt") as file:
        assert json.loads(file.read()) == {"text": "a"}


def test_parquet_takes_a_record_without_fields(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    forms.write(str(tmp_path / "x.parquet"), [{"text": "a", "info": {}}], "parquet")
    assert pandas.read_parquet(tmp_path / "x.parquet")["text"].tolist() == ["a"]


FILTER = """\
MIN_GAP = 0.2
rows = [row for row in rows if row["good"] - row["bad"] > MIN_GAP and len(row["answer"]) > 150]
rows = [row for row in rows if row["made"] > "2025" and row["kind"] == "chat"]
"""


def test_rows_that_differ_in_more_ways_pass_what_a_script_asks(tmp_path: Path) -> None:
    asked = read(FILTER, tmp_path)
    plain = {"good": 0.5, "bad": 0.5, "answer": "yes.", "made": "2024-01-01 00:00:00", "kind": "x", "label": 1}
    rows = [{c: varied.cell(asked, c, place, cell) for c, cell in plain.items()} for place in range(512)]
    left = [row for row in rows if row["good"] - row["bad"] > 0.2 and len(row["answer"]) > 150]
    left = [row for row in left if row["made"] > "2025" and row["kind"] == "chat"]
    assert left
    assert {row["label"] for row in rows} == {1}
    parsed = read('data.map(lambda row: json.loads(row["told"])["answer"])\n', tmp_path)
    assert varied.cell(parsed, "told", 1, '{"answer": "yes"}') == '{"answer": "yes"}'
    assert len({varied.cell(asked, "score", place, 0.5) for place in range(64)}) > 1  # of which no test is seen


TAKEN_APART = {
    'def read(name):\n    with open(name) as file:\n        return [line.rstrip("\\n").split("::") for line in file]\n'
    'films = {row[0]: row[1] for row in read("films")}\nfor who, film, stars in read("seen"):\n    int(stars)\n': (
        Lines("::", ("who", "film", "stars"), frozenset({"stars"}))
    ),
    'for line in open(path):\n    source, target = line.rstrip("\\n").split("\\t")\n': Lines(
        "\t", ("source", "target")
    ),
    'for line in path.read_text().splitlines():\n    parts = line.split(";")\n'
    '    rows.append({"text": parts[0], "label": int(parts[-1])})\n': Lines(
        ";", ("text", "label"), frozenset({"label"})
    ),
    "with open(path) as file:\n    for line in file:\n        line = line.strip()\n        if not line:\n"
    "            continue\n        word, _, tag = line.split()\n": Lines(None, ("word", "_", "tag"), groups=True),
    'text = open(path).read()\nfor block in text.split("\\n\\n"):\n    ask, answer = block.split("\\n", 1)\n': Lines(
        "\n", ("ask", "answer"), between="\n\n"
    ),
    'for line in path.read_text().splitlines():\n    parts = line.split("\\t")\n'
    "    if len(parts) != 2:\n        continue\n    ask, answer = (part.strip() for part in parts)\n": Lines(
        "\t", ("ask", "answer")
    ),
    'for line in open(path):\n    parts = line.split("\\t")\n    if len(parts) < 3:\n        raise ValueError\n': Lines(
        "\t", ("part_0", "part_1", "part_2")
    ),
    'pairs = [line.split("|") for line in open(path)]\n': Lines("|", ("part_0", "part_1")),
    'def read(name, split="|"):\n    with open(name) as file:\n'
    "        kept = [line.strip().split(split) for line in file]\n    return kept\n"
    'listed = read("list")\nfor i in range(len(listed)):\n    print(listed[i][0], listed[i][2])\n': (
        Lines("|", ("part_0", "part_1", "part_2"))
    ),
    'for row in csv.reader(file, delimiter="\\t"):\n    rows.append((row[1], float(row[0])))\n': Lines(
        "\t", ("part_0", "part_1"), frozenset({"part_0"}), table=True
    ),
    "lines = csv.reader(file)\nnext(lines)\npairs = [(ask, answer) for ask, answer in lines]\n": Lines(
        ",", ("ask", "answer"), table=True, header=True
    ),
    'name = path.split("/")[-1]\nfor word in text.split():\n    first, last = word.split("-")\n': Lines(),
}


@pytest.mark.parametrize("script", TAKEN_APART)
def test_how_lines_are_taken_apart(script: str) -> None:
    assert lines_in(ast.parse(script)) == TAKEN_APART[script]


def test_marks_go_with_the_letters_of_a_sequence() -> None:
    assert all(len(life.marked(place)) == len(life.protein(place)) for place in range(20))


def test_texts_are_of_the_letters_that_a_script_knows() -> None:
    assert life.kind_of("primary", "text", {"ACDEFGHIKLMNPQRSTVWYX"}) == "protein"
    assert life.kind_of("site", "text", {"ACGT"}) == "dna"
    assert life.kind_of("site", "text", {"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "facebook/esm2_t6_8M_UR50D"}) is None
    assert life.kind_of("seq", "text", {"facebook/esm2_t6_8M_UR50D"}) == "protein"


def test_of_a_chat_one_side_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    for asked, first in (("me", "someone"), ("customer", "customer")):
        script = f'for chat in rows:\n    print([t["text"] for t in chat["turns"] if t["by"] == "{asked}"])\n'
        made = rows.value("turns", 0, None, read(script, tmp_path).columns["turns"])
        assert made[0]["by"] == first
        assert asked in (made[0]["by"], made[1]["by"])
        assert made[0]["by"] != made[1]["by"]


def test_sounds_that_were_made_ready_are_no_tokens() -> None:
    learned = {"tokenized": True, "columns": ["input_features"]}
    run: Any = SimpleNamespace(spec=SimpleNamespace(learned=learned), met=SimpleNamespace(told_columns=[]), hints=None)
    assert maker.Maker(run)._columns(None, {}) == {"input_features": "heard", "labels": "ints"}


def test_who_speaks_in_a_chat_is_called_as_the_script_does() -> None:
    said = Shape("record", fields=(("from", Shape("text", values=("bot", "human"))), ("value", ANY)))
    assert [turn["from"] for turn in rows.value("conversations", 0, None, Shape("list", said))] == ["human", "bot"]
    assert [turn["from"] for turn in rows.value("conversations", 0, "sharegpt", Shape("list", said))] == [
        "human",
        "bot",
    ]


def test_of_a_table_with_several_names_for_either_side_one_asks_and_one_answers() -> None:
    names = ("human", "user", "gpt", "assistant", "system")
    said = Shape("record", fields=(("from", Shape("text", values=names)), ("value", ANY)))
    assert [turn["from"] for turn in rows.value("turns", 0, "sharegpt", Shape("list", said))] == ["human", "gpt"]


def test_seconds_are_those_of_a_clip_and_code_is_a_function_with_a_docstring() -> None:
    assert {rows.value(name, 1) for name in ("duration", "audio_duration", "duration_sec", "seconds")} == {3.0}
    [function] = ast.parse(rows.value("code", 4)).body
    assert isinstance(function, ast.FunctionDef)
    assert ast.get_docstring(function)
    assert len(function.body) > 1


def test_a_word_is_no_alphabet_of_life() -> None:
    """All letters of DNA are in it, each once."""
    assert life.kind_of("sku", "text", ["category"]) is None
    assert life.kind_of("sku", "text", ["ACDEFGHIKLMNPQRSTVWY"]) == "protein"
    assert life.kind_of("read", "text", ["acgtn"]) == "dna"
