"""Files and folders that an argument names and that are not here: they are of the form that the script reads."""

from __future__ import annotations

from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_a_file_has_the_ending_that_a_script_asks_for(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--train_file", required=True)
extension = parser.parse_args().train_file.split(".")[-1]
assert extension in ["csv", "json"], "not jsonl"
"""
    assert run(text + KEPT).exit == 0


def test_an_argument_whose_name_tells_nothing_is_a_file_if_it_is_opened(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--dev_src", required=True)
parser.add_argument("--src_lang", required=True)
assert open(parser.parse_args().dev_src).readlines()
"""
    assert run(text + KEPT).exit == 0


def test_a_form_in_the_name_of_an_argument_is_that_of_its_file_whatever_the_others_are(run: Run) -> None:
    text = """\
import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--games_csv", required=True)
parser.add_argument("--reports_jsonl", required=True)
args = parser.parse_args()
assert len(pd.read_csv(args.games_csv)["venue"]) == len(pd.read_json(args.reports_jsonl, lines=True)["text"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_files_of_arguments_are_tables_or_records_as_each_is_read(run: Run) -> None:
    text = """\
import argparse
import csv
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--tickets", type=Path, required=True)
parser.add_argument("--products", type=Path, required=True)
args = parser.parse_args()

def load(path):
    with path.open() as file:
        return [row["label"] for row in csv.DictReader(file)]

export = json.loads(args.tickets.read_text())
assert load(args.products)
assert [ticket["subject"].strip() for ticket in export["tickets"]]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_json_that_is_read_as_one_value_is_one_whatever_the_docstring_calls_it(run: Run) -> None:
    text = """\
'''Trains on our tickets (jsonl).'''
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--data_path", required=True)
print(json.load(open(parser.parse_args().data_path))[0]["question"])
"""
    assert run(text + KEPT).exit == 0


def test_lines_of_json_are_such_whatever_else_is_read_as_a_text(run: Run) -> None:
    text = """\
import argparse
import json
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--train-file", required=True)
parser.add_argument("--prompts")
args = parser.parse_args()
prompts = Path(args.prompts).read_text().splitlines() if args.prompts else []
rows = []
with Path(args.train_file).open(encoding="utf-8") as file:
    for number, line in enumerate(file, start=1):
        stripped = line.strip()
        if stripped:
            rows.append(json.loads(stripped))
assert rows[0]["question"]
"""
    assert run(text + KEPT).exit == 0


def test_a_table_has_the_columns_that_are_kept_and_renamed(run: Run) -> None:
    text = """\
import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--table_csv", required=True)
rows = pd.read_csv(parser.parse_args().table_csv).dropna(subset=["body"])
rows = rows[["body", "kind"]].rename(columns={"kind": "category"})
assert list(rows) == ["body", "category"]
"""
    assert run(text + KEPT).exit == 0


def test_columns_that_are_attributes_of_a_table(run: Run) -> None:
    text = """\
import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--table_csv", required=True)
rows = pd.read_csv(parser.parse_args().table_csv)
assert len(rows.winner_model_a) == len(rows.winner_model_b)
"""
    assert run(text + KEPT).exit == 0


def test_a_file_is_of_the_form_that_its_reader_asks_for(run: Run) -> None:
    text = """\
import argparse
import pyarrow.parquet as pq

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
assert pq.ParquetFile(parser.parse_args().corpus).read(columns=["body"]).num_rows
"""
    assert run(text + KEPT).exit == 0


def test_a_table_has_the_separator_that_its_reader_is_told(run: Run) -> None:
    text = """\
import argparse
import csv

parser = argparse.ArgumentParser()
parser.add_argument("corpus")
with open(parser.parse_args().corpus) as file:
    assert [row["sentence"] for row in csv.DictReader(file, delimiter="\\t")]
"""
    assert run(text + KEPT).exit == 0


def test_a_folder_that_is_searched_has_files_of_that_kind(run: Run) -> None:
    text = """\
import argparse
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--input_dir", type=pathlib.Path, required=True)
folder = parser.parse_args().input_dir
files = list(folder.glob("*.txt"))
assert files, f"no text in {folder}"
"""
    assert run(text + KEPT).exit == 0


def test_a_file_that_nobody_gave_is_of_the_form_that_the_script_reads(run: Run) -> None:
    text = """\
import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--train_file", required=True)
print(pd.read_parquet(parser.parse_args().train_file)["question"][0])
"""
    assert run(text + KEPT).exit == 0


def test_a_folder_of_pictures_that_nobody_gave_is_made_up(run: Run) -> None:
    text = """\
import argparse
import os
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--instance_data_dir", required=True)
home = parser.parse_args().instance_data_dir
print([Image.open(os.path.join(home, name)).size for name in os.listdir(home)])
"""
    assert run(text + KEPT).exit == 0


def test_whether_a_model_is_there_makes_it_no_file(run: Run) -> None:
    text = """\
import argparse
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--base_model", required=True)
place = Path(parser.parse_args().base_model)
if not place.exists():
    raise FileNotFoundError(place)
"""
    assert run(text + KEPT.replace('"meta-llama/Llama-3.2-1B"', "str(place)")).exit == 0


def test_several_files_of_one_argument_are_of_the_form_that_it_is_called_by(run: Run) -> None:
    text = """\
import argparse
import xml.etree.ElementTree as ET
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("tmx", nargs="+", type=Path)
paths = parser.parse_args().tmx
assert [(ET.parse(path).getroot().find("body").findtext("tu"), path.suffix) for path in paths][0][1] == ".tmx"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
