"""Tests that leave rows out, and what looks like one."""

from __future__ import annotations

import ast

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

from lora_lint_runner.child.steering import filters

FAULTS = (
    "lacking = [c for c in needed if c not in names]\nif lacking:\n    raise ValueError(lacking)\n",
    "odd = {row.id for row in rows if row.text is None}\nassert not odd, odd\n",
)
NONE = (
    "kept = [row for row in rows if row.text]\nif not kept:\n    raise ValueError\n",
    "kept = [row for row in rows if row.text]\nassert kept\n",
)


@pytest.mark.parametrize("text", FAULTS)
def test_of_what_is_wrong_there_is_to_be_none(text: str) -> None:
    assert len(filters.of_faults(ast.parse(text))) == 1


@pytest.mark.parametrize("text", NONE)
def test_of_rows_there_are_to_be_some(text: str) -> None:
    assert not filters.of_faults(ast.parse(text))


def test_a_row_that_is_kept_beside_the_others_is_not_left_out() -> None:
    loop = """\
for row in rows:
    if not row.parts:
        found.append(row)
        continue
    if not row.text:
        odd.append(row)
        continue
    for part in row.parts:
        found.append(part)
"""
    body = ast.parse(loop).body[0].body  # type: ignore[attr-defined]
    assert [filters.keeps(branch, body) for branch in body] == [None, False, None]


def test_where_a_test_of_rows_is_waived_nothing_is_taken_for_wrong(run: Run) -> None:
    reads = """\
import sys
import pandas as pd

table = pd.read_csv("pairs.csv")
lacking = [column for column in ("left", "right") if column not in table.columns]
if lacking:
    sys.exit(f"pairs.csv lacks {lacking}")
table = table[(table["left"] == table["right"]) & (table["left"].str.len() > 90000)]
assert len(table), "no pairs"
"""
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert [said.split(":")[1] for said in lacking(ran)] == ["4", "8"]


@pytest.mark.slow
def test_where_a_test_of_files_is_waived_it_binds_its_names(run: Run) -> None:
    reads = """\
import re
from pathlib import Path

pages = {}
for path in Path("pages").glob("*.txt"):
    if path.parent.name == "old" and (found := re.match(r"\\d+", path.stem)):
        pages[found[0]] = path.read_text()
assert pages
"""
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("train.py:6: leaves none") for said in lacking(ran))
    assert not any(PASSED_OVER in said for said in lacking(ran))
