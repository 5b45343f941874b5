"""Files that the script looks for in vain are made up, with `--made-up-rows` at once."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from tests.runner.conftest import Run, lacking
from tests.runner.samples import HEAD, KEPT, LOOP


def test_columns_that_a_made_up_file_lacks_are_learned(run: Run) -> None:
    text = """\
import json

def encode(row):
    try:
        return row[NAME]
    except Exception as error:
        raise ValueError(f"cannot encode: {error}") from error

NAME = "".join(["ans", "wer"])
print([encode(json.loads(line)) for line in open("rows.jsonl")][0])
"""
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_columns_that_a_script_removes_from_its_own_rows_are_learned(run: Run) -> None:
    text = """\
import json
from datasets import Dataset

rows = Dataset.from_list([json.loads(line) for line in open("asked.jsonl")])
assert rows.map(lambda row: {"n": len(row["asked"])}, remove_columns=["asked", "row_key"]).column_names == ["n"]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_table_is_read_whatever_separates_its_columns(run: Run) -> None:
    text = """\
import pandas as pd

COLUMNS = ["load", "oil"]
for name in ("train.csv", "valid.csv"):
    table = pd.read_csv(f"tables/{name}", sep="|", parse_dates=["date"])
    assert len(table[COLUMNS].values) and table["date"].dt.year.min() > 2000
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_table_has_the_columns_that_its_reader_is_told(run: Run) -> None:
    text = """\
import pandas as pd

pairs = pd.read_csv("pairs.tsv", sep="\\t", names=["en", "hi"]).dropna()
assert len(pairs) > 8 and pairs.hi[3]
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_that_a_data_set_is_read_from_is_named(run: Run) -> None:
    text = 'from datasets import load_dataset\nload_dataset("imagefolder", data_dir="flowers")\n'
    ran = run(text + KEPT, "--no-made-up-rows")
    assert ran.json["reason"].startswith("train.py:2: file not found: ")
    assert "flowers (give it, or" in ran.json["reason"]


def test_a_folder_that_a_data_set_is_read_from_is_made_up(run: Run) -> None:
    text = (
        'from datasets import load_dataset\nassert load_dataset("audiofolder", data_dir="calls")["train"][0]["audio"]\n'
    )
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_without_which_a_script_ends_is_there(run: Run) -> None:
    text = """
import sys
from pathlib import Path
from peft import PeftModel

first = Path(__file__).resolve().parent / "checkpoints" / "first_run"
if not first.exists():
    sys.exit(1)
print(PeftModel.from_pretrained(base, str(first)).peft_config)
"""
    assert run(HEAD.replace("model = get", "other = get") + text).json["after"]["error"] is None


@pytest.mark.slow
def test_folders_that_a_script_goes_into_have_pictures_in_them(run: Run) -> None:
    text = """
from pathlib import Path
from PIL import Image

home = Path(__file__).parent / "tiles" / "carpet"
if not home.exists():
    raise FileNotFoundError(f"'carpet' is not at {home}: get it")
rows = []
for kind in sorted((home / "test").iterdir()):
    if not kind.is_dir() or kind.name == "good":
        continue
    rows += [Image.open(path) for path in kind.iterdir() if path.suffix == ".png"]
print(1 / len(rows))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "/tiles/carpet; rows are made up in its place" in ran.json["reason"]


def test_the_folder_in_which_a_script_makes_another_is_there(run: Run) -> None:
    beside = 'os.mkdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "logs", "of_today"))\n'
    assert run('import os\nos.mkdir("runs/of_today")\n' + beside + KEPT).exit == 0


DOWNLOADS = {
    "a text": "import requests\nassert requests.get('https://example.org/book.txt').text.split()\n",
    "JSON": "import requests\nassert requests.get('https://example.org/api').json()\n",
    "a file": (
        "from urllib.request import urlretrieve\n"
        "urlretrieve('https://example.org/a.csv', 'a.csv')\nopen('a.csv').read()\n"
    ),
}


@pytest.mark.parametrize("fetch", DOWNLOADS.values(), ids=DOWNLOADS.keys())
def test_what_the_script_fetches_from_the_web_is_made_up(run: Run, fetch: str) -> None:
    ran = run(fetch + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(text.startswith("download https://example.org/") for text in ran.json["after"]["neutralised"])


def test_a_script_that_opens_the_data_set_that_it_was_given_is_given_a_file(run: Run) -> None:
    text = """\
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", required=True)
print([json.loads(line)["question"] for line in open(parser.parse_args().dataset)])
"""
    assert run(text + KEPT).exit == 0


def test_sounds_that_another_script_has_made_ready_are_loaded_from_the_place_that_it_was_given(run: Run) -> None:
    text = """\
import argparse
from datasets import load_from_disk

parser = argparse.ArgumentParser()
parser.add_argument("--train_dataset_path", required=True)
rows = load_from_disk(parser.parse_args().train_dataset_path)
for row in [rows[place] for place in range(2)]:
    assert len(row["input_features"][0]) == 3000 and isinstance(row["labels"][0], int)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_others_in_a_folder_that_is_made_up_are_made_up_when_they_are_read(run: Run) -> None:
    text = """\
import json

for name in ("first", "second", "third"):
    print(json.loads(open(f"parts/{name}.jsonl").readline())["text"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "data file third.jsonl: made up" in ran.json["after"]["neutralised"]


def test_what_is_looked_for_in_vain_is_made_up_after_a_run_that_trained_nothing(run: Run) -> None:
    text = 'import os\nif not os.path.exists("rows.jsonl"):\n    raise SystemExit(0)\n'
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_folders_that_are_looked_for_beside_each_other_are_all_made_up(run: Run) -> None:
    text = """
from pathlib import Path

names = [name for name in ("medical", "legal", "finance") if Path("corpus", name).is_dir()]
for name in names:
    assert [path.read_text() for path in Path("corpus", name).glob("*.txt")]
    assert len(names) == 3
"""
    ran = run(HEAD + text + "if names:\n" + textwrap.indent(LOOP, "    ") + '\nmodel.save_pretrained("out")\n')
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


def test_a_folder_that_is_written_to_is_there(run: Run) -> None:
    text = 'import pandas as pd\nopen("logs/a/steps.txt", "w").close()\n'
    text += 'pd.DataFrame({"step": [1]}).to_csv("/kaggle/not-here/steps.csv", index=False)\n'
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_rows_that_lie_below_a_key(run: Run) -> None:
    text = """\
import json

faq = json.load(open("faq.json"))
print(faq["questions"][0]["answer"])
for row in faq["questions"]:
    print(row["question"], row["answer"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_script_that_has_cloned_its_project_finds_it_where_it_is(run: Run) -> None:
    text = """\
import ast, json, os
import pandas as pd

os.chdir("/content/project")
rows = pd.read_csv("pairs.csv")
parse = getattr(ast, "literal_" + "eval")  # which is not seen beforehand
assert rows["answers_list"].apply(parse)[0][0]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    told = ran.json["after"]["neutralised"]
    assert "folder /content/project is not here: a copy of the project in its place" in told
    assert "column answers_list: read as a list, as the script does" in told


@pytest.mark.slow
def test_what_a_script_checks_of_its_rows_is_made_up(run: Run) -> None:
    text = """\
import json

for number, line in enumerate(open("pairs.jsonl")):
    row = json.loads(line)
    for key in ("prompt", "completion"):
        if key not in row:
            raise KeyError(f"pairs.jsonl:{number}.{key}")
    wanted = __import__("types").SimpleNamespace(note="remark")
    if wanted.note not in row:
        raise ValueError("no such field")
    missing = {"lang" + "uage"} - set(row)
    if missing:
        raise ValueError(f"a row lacks {missing}")
    assert row["prompt"].split("Question:")[1].split("Answer:")[0]
    told = row["completion"]
    if "<table" not in told.lower():
        raise ValueError("no table")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_table_of_records_by_their_names_is_gone_through(run: Run) -> None:
    text = """\
import json

with open("table.json") as file:
    table = json.load(file)
told = []
for name, row in table.items():
    told.append(f"{name}: {row.get('tweet', '').lower()}")
assert len(told) > 8 and told[0] != told[1]

import pandas as pd

with open("claims.json") as file:
    claims = pd.DataFrame(list(json.load(file).values()))
assert claims.apply(lambda row: row["claim"] + row["reason"], axis=1).nunique() > 8
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.slow
def test_cells_that_are_looked_up_are_in_there(run: Run) -> None:
    """In a table, an enumeration and a list, or as fields; the file lies outside of the project and is read twice."""
    text = """\
import enum, json
from datasets import load_dataset

PROMPTS, TONES = {"law": "Of law: ", "art": "Of art: "}, ["warm", "cold"]
Form = enum.Enum("Form", {"LONG": "long", "SHORT": "short"})

def prompt(field):
    return PROMPTS[field.strip()]

def pick(told, fields=("who", "when")):
    return {field: told[field] for field in fields}

with open("/srv/not-here/rows.jsonl") as file:
    rows = [json.loads(line) for line in file]
told = [prompt(row["domain"]) + Form(row["about"]["form"]).name for row in rows]
found = load_dataset("json", data_files="/srv/not-here/rows.jsonl", split="train")
assert len(set(told)) > 1 and {TONES.index(tone) for tone in found["tone"]} == {0, 1}
assert pick(rows[0]["gold"])["when"] and rows[1]["gold"]
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("pattern", ["/data/notes/*.txt", "notes/*.txt"])
def test_files_that_a_data_set_is_read_from_by_a_pattern_are_made_up(run: Run, pattern: str) -> None:
    """datasets takes one that fits no file for a data set without rows."""
    text = f'from datasets import load_dataset\nprint(load_dataset("text", data_files="{pattern}")["train"][0])\n'
    assert run(text + KEPT).exit == 0


def test_a_file_that_is_read_in_another_form_than_its_name_says_has_that(run: Run) -> None:
    text = """\
import os
from datasets import load_dataset

path = "data/split/val.csv"
if os.path.isdir(path):
    path = os.path.join(path, "part.json")
if not os.path.exists(path):
    raise FileNotFoundError(path)
rows = load_dataset("json", data_files=path, split="train")
for row in rows.select(range(2)):
    assert isinstance(row["query"], str) and row["neg"][0].upper()
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert not any("passed over" in said for said in lacking(ran))


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n"


@pytest.mark.parametrize("held", [POINTER, "\n"], ids=["a pointer of git-lfs", "nothing"])
def test_rows_are_made_up_in_the_place_of_a_file_that_holds_nothing(run: Run, tmp_path: Path, held: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.json").write_text(held)
    text = 'import json\nassert [row["question"] for row in json.load(open("data/train.json"))]\n'
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("train.json holds nothing; rows are made up in its place")
    assert (tmp_path / "data" / "train.json").read_text() == held, "the user's own stays as it is"
