"""Texts that name their values: cells of tables, parts of lines, and what stands above a sequence."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.met import Met
from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.cells.named_values import NamedValues, named_values
from lora_lint_runner.child.stand_in.made_up.files import contents, lines, naming

FEATURES = (("Case", ""), ("Number", "int"))
COLUMN = """\
for row in csv.DictReader(open("words.csv")):
    feats = dict(part.split("=", 1) for part in row["feats"].split("|"))
    print(feats["Case"], int(feats.get("Number")))
"""
PART = """\
for line in open("words.conll"):
    cols = line.rstrip().split("\\t")
    feats = {name: value for name, value in (part.split("=") for part in cols[2].split("|"))}
    print(cols[1], feats["Case"], int(feats["Number"]))
"""
ABOVE = """\
def record(head, parts):
    name, *pairs = head[1:].strip().split()
    info = dict(pair.partition("=")[::2] for pair in pairs)
    return name, "".join(parts), float(info["tm"]), int(info["fold"])
"""
GIVEN_BACK = """\
def taken_apart(heading):
    name, *pairs = heading.split("|")
    return name.strip(), dict(pair.split("=", 1) for pair in pairs if "=" in pair)

def records(headings):
    for heading in headings:
        name, fields = taken_apart(heading)
        yield name, fields.get("place"), float(fields["tm"])
"""


@pytest.mark.parametrize(
    ("script", "name", "asked"),
    [
        (COLUMN, "feats", NamedValues(FEATURES, "=", "|")),
        (PART, "part_2", NamedValues(FEATURES, "=", "|")),
        (ABOVE, "head", NamedValues((("tm", "float"), ("fold", "int")), before=1)),
        (GIVEN_BACK, "heading", NamedValues((("place", ""), ("tm", "float")), "=", "|", 1)),
    ],
)
def test_what_such_a_text_is_asked_for(script: str, name: str, asked: NamedValues) -> None:
    assert named_values([ast.parse(script)]) == {name: asked}


def test_a_table_that_is_made_of_other_pairs_names_nothing() -> None:
    script = 'table = dict(line.split("\\t") for line in open("pairs.tsv"))\nprint(table["x"])\n'
    assert named_values([ast.parse(script)]) == {}


def run_of(script: str, folder: Path) -> Any:
    path = folder / "train.py"
    path.write_text("import csv\n" + script)
    found = hints.read(str(path), str(folder))
    return SimpleNamespace(hints=found, spec=SimpleNamespace(learned={}), met=Met(), made_up=True)


def test_a_cell_names_what_it_is_asked_for(tmp_path: Path) -> None:
    cells = [row["feats"] for row in contents.rows_of(run_of(COLUMN, tmp_path))]
    parts = [dict(part.split("=", 1) for part in cell.split("|")) for cell in cells]
    assert all(part["Case"] and part["Number"].isdigit() for part in parts)


def test_so_does_a_part_of_a_line(tmp_path: Path) -> None:
    text = lines.text(run_of(PART, tmp_path), "words.conll", [])
    assert all(line.split("\t")[2].startswith("Case=") for line in text.splitlines() if line)


def test_a_sequence_has_its_values_in_its_title(tmp_path: Path) -> None:
    named = naming.title(run_of(ABOVE, tmp_path), "protein-7", 7)
    assert named.startswith("protein-7 tm=")
    assert named.endswith(" fold=2")
