"""Columns that a loop takes by their places in a query, or that lists of them name."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.reading.scripts import read

QUERY = 'QUERY = """SELECT r.chat_json, r.body AS answer, SUM(v.vote) AS score, coalesce(a, b)\nFROM replies r"""\n'
MADE = '[[turn["text"] for turn in json.loads(log)], said.strip()]'
LOOPS = (
    f"for log, said, score, _ in link.execute(QUERY):\n    rows.append({MADE})\n",
    f"found = cursor.fetchall()\nfor log, said, score, _ in found:\n    rows.append({MADE})\n",
    f"rows = [{MADE} for log, said, _, _ in cursor.fetchall()]\n",
)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_column_is_as_the_variable_in_its_place_is_used(loop: str, tmp_path: Path) -> None:
    columns = read(QUERY + loop, tmp_path).columns
    assert columns["chat_json"].kind == "json"
    assert [*columns["chat_json"].inside()] == ["text"]
    assert columns["body"].kind == "text"
    assert not {"answer", "score", "a"} & {*columns}


@pytest.mark.parametrize("over", ["zip(a, b, c, d)", "enumerate(rows)", "table.items()"])
def test_a_loop_over_something_else_tells_nothing_of_them(over: str, tmp_path: Path) -> None:
    assert "body" not in read(QUERY + f"for log, said, score, n in {over}:\n    said.strip()\n", tmp_path).columns


def test_a_loop_over_fewer_tells_nothing_of_them(tmp_path: Path) -> None:
    assert "body" not in read(QUERY + "for log, said in rows:\n    said.strip()\n", tmp_path).columns


JOINED = (
    'frame.dropna(subset=["stem"] + LETTERS)\n',
    'frame = pd.read_pickle("exam.pkl")\nframe[["stem", *LETTERS]]\n',
    'pd.read_csv("exam.csv", usecols=list(LETTERS) + ["stem"])\n',
)


@pytest.mark.parametrize("text", JOINED)
def test_lists_of_columns_may_be_put_together(text: str, tmp_path: Path) -> None:
    text = 'import pandas as pd\nLETTERS = ["A", "B"]\n' + text
    assert {"stem", "A", "B"} <= {*read(text, tmp_path).columns}


def test_columns_that_a_table_is_asked_for_in_words(tmp_path: Path) -> None:
    text = "lang == 'en' and kind in ['a', 'b'] and 4 <= stars and label != -1 and not spam and n > @least"
    columns = read(f'frame = frame.query("{text}")\n', tmp_path).columns
    assert [columns[name].kind for name in ("lang", "kind", "stars", "label", "spam")] == [
        "text", "text", "int", "int", "bool",
    ]  # fmt: skip
    assert (columns["lang"].values, columns["kind"].values) == (("en",), ("a", "b"))
    assert "n" in columns
    assert not any("given" in name or name == "least" for name in columns)


@pytest.mark.parametrize("asked", ["SELECT text FROM rows WHERE x = 1", "question", "how is it?"])
def test_what_else_is_asked_tells_of_no_column(asked: str, tmp_path: Path) -> None:
    assert read(f'link.query("{asked}")\n', tmp_path).columns == {}
