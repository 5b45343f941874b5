"""Tables whose rows are brought together, and gone through one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.reading.scripts import read

from lora_lint_runner.child.reading.cells.shape import Shape

FRAME = 'frame = pd.read_sql("SELECT * FROM votes", link)\n'
TURNS = """\
def to_turns(text: str):
    return [{"role": turn["who"], "content": turn["said"].strip()} for turn in json.loads(text)]

"""
GONE_THROUGH = (
    "rows = [to_turns(row.chat) for row in frame.itertuples(index=False)]\n",
    "for place, row in enumerate(frame.itertuples()):\n    rows.append(to_turns(row.chat))\n",
    "for _, row in frame.iterrows():\n    rows.append(to_turns(row.chat))\n",
    'for _, row in frame.iterrows():\n    rows.append(to_turns(row["chat"]))\n',
    'frame["turns"] = frame.apply(lambda row: to_turns(row.chat), axis=1)\n',
    'def turned(row):\n    return to_turns(row.chat)\n\nframe["turns"] = frame.apply(turned, axis="columns")\n',
    'for row in frame.groupby("id").agg(chat=("log", "first")).itertuples():\n    to_turns(row.chat)\n',
)


@pytest.mark.parametrize("text", GONE_THROUGH)
def test_a_cell_of_a_row_is_as_it_is_used(text: str, tmp_path: Path) -> None:
    columns = read(FRAME + TURNS + text, tmp_path).columns
    name = "log" if "agg" in text else "chat"
    assert columns[name].kind == "json"
    assert {*columns[name].inside()} == {"who", "said"}


def test_what_the_script_makes_of_a_table_is_no_column_of_its_rows(tmp_path: Path) -> None:
    text = 'frame["mark"] = frame.apply(grade, axis=1)\nfor row in frame.itertuples():\n    print(row.mark, row.text)\n'
    columns = read(FRAME + text, tmp_path).columns
    assert "mark" not in columns
    assert "text" in columns


def test_what_has_the_name_of_a_row_elsewhere_is_none(tmp_path: Path) -> None:
    text = "for row in frame.itertuples():\n    print(row.text)\nrow = fetch()\nprint(row.status)\n"
    assert "status" not in read(FRAME + text, tmp_path).columns


TOGETHER = (
    'frame.groupby("id").agg(score=("vote", "sum"), text=("text", "first"))\n',
    'frame.groupby("id").agg({"vote": "mean", "text": "last"})\n',
    'frame.groupby("id").agg(score=pd.NamedAgg(column="vote", aggfunc="sum"), text=pd.NamedAgg("text", "max"))\n',
    'frame.groupby("id").aggregate(score=("vote", "sum"), note=("text", "first"))\n',
)


@pytest.mark.parametrize("text", TOGETHER)
def test_what_is_brought_together_are_columns(text: str, tmp_path: Path) -> None:
    columns = read(FRAME + text, tmp_path).columns
    assert columns["vote"].kind == "int"
    assert "text" in columns
    assert not {"score", "note"} & {*columns}


NUMBERS = (
    'frame = frame[frame["vote"].isin([1, -1])]\n',
    "frame = frame[frame.vote.isin((1, -1))]\n",
    'KNOWN = {1: "up", -1: "down"}\nframe = frame[frame["vote"].isin(KNOWN)]\n',
    'rows = [row for row in frame.to_dict("records") if row["vote"] in (1, -1)]\n',
    'for row in rows:\n    if row["vote"] not in (1, -1):\n        continue\n',
)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_column_has_the_numbers_that_rows_are_picked_by(text: str, tmp_path: Path) -> None:
    assert read(FRAME + text, tmp_path).columns["vote"] == Shape("int", values=(1, -1))


def test_numbers_that_rows_are_left_out_by_are_not_all_that_there_is(tmp_path: Path) -> None:
    text = 'for row in rows:\n    if row["vote"] in (0, -1):\n        continue\n'
    assert read(FRAME + text, tmp_path).columns["vote"] == Shape("int")


@pytest.mark.parametrize("asked", ['[turn["who"]]', '.get(turn["who"], turn["who"])'])
def test_what_is_looked_up_in_a_table_that_is_written_there_is_one_of_its_keys(asked: str, tmp_path: Path) -> None:
    text = 'for turn in rows:\n    who = {"client": "user", "agent": "assistant"}' + asked + "\n"
    assert read(text, tmp_path).columns["who"].values[:2] == ("client", "agent")
