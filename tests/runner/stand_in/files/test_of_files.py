"""What each file of a script holds: its own columns, keys of rows in other files, and rows that belong together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.reading.files.groups import groups
from lora_lint_runner.child.reading.files.json_forms import json_forms
from lora_lint_runner.child.reading.files.json_tables import JsonTable, json_tables
from lora_lint_runner.child.reading.files.lines import Lines
from lora_lint_runner.child.reading.files.lines_of_files import lines_of_files
from lora_lint_runner.child.reading.files.of_files import OfFiles, of_files
from lora_lint_runner.child.reading.files.origins import Origins
from lora_lint_runner.child.reading.files.shared_keys import Keys
from lora_lint_runner.child.stand_in.made_up.files import groups as made_groups

ASKED = {
    "tables": (
        (
            'users = pd.read_csv(os.path.join(DATA, "users.csv"))\nnotes = pd.read_json("notes.jsonl", lines=True)\n'
            'users["name"].str.lower()\nnotes = notes.dropna(subset=["told"])\nfor _, row in notes.iterrows():\n'
            '    print(row["title"])\n'
        ),
        {"users.csv": {"name"}, "notes.jsonl": {"told", "title"}},
    ),
    "lines of JSON and a table of texts": (
        (
            'with open(FACTS) as file:\n    facts = [json.loads(line) for line in file]\nFACTS = "facts.jsonl"\n'
            'for row in csv.DictReader(open("asked.csv")):\n    print(row["question"])\n'
            'print([f["fact"] for f in facts])\n'
        ),
        {"facts.jsonl": {"fact"}, "asked.csv": {"question"}},
    ),
    "rows that a function of the script's own reads": (
        (
            "def load(path):\n    rows = []\n    for line in open(path):\n        rows.append(json.loads(line))\n"
            '    return rows\nfor left in load("left.jsonl"):\n    print(left["a"])\n'
            'right = load(args.right)\nprint(right[0]["b"])\nparser.add_argument("--right", required=True)\n'
        ),
        {"left.jsonl": {"a"}, "right.*": {"b"}},
    ),
    "all columns of a table by other names": (
        (
            'clips = pd.read_csv("clips.tsv", sep="\\t")\nlengths = pd.read_csv("lengths.tsv", sep="\\t")\n'
            'lengths.columns = ["path", "ms"]\nclips["said"].str.lower()\n'
        ),
        {"clips.tsv": {"said"}, "lengths.tsv": {"path", "ms"}},
    ),
    "an item of a data set that keeps its table": (
        (
            'class Rows:\n    def __init__(self):\n        self.rows = pd.read_parquet("rows.parquet")\n'
            '    def __getitem__(self, place):\n        row = self.rows.iloc[place]\n        return row["text"]\n'
        ),
        {"rows.parquet": {"text"}},
    ),
}


def seen(script: str) -> OfFiles:
    return of_files(Origins([ast.parse(script)]))


@pytest.mark.parametrize(("script", "columns"), ASKED.values(), ids=ASKED.keys())
def test_columns_are_of_the_file_that_is_asked_for_them(script: str, columns: dict[str, set[str]]) -> None:
    assert seen(script).columns == columns


def test_what_is_asked_of_both_or_of_something_else_may_be_of_any_file() -> None:
    script = 'a = pd.read_csv("a.csv")\nb = pd.read_csv("b.csv")\nboth = a.merge(b, on="id")\n'
    script += 'print(a["left"], both["left"], both["either"], b["right"])\ndata.map(lambda row: row["right"])\n'
    found = seen(script)
    assert found.columns == {"a.csv": {"id", "left"}, "b.csv": {"id", "right"}}
    assert {"either", "right"} <= found.loose
    assert found.others("b.csv") == {"left"}
    assert not found.others("another.csv")


def test_a_column_that_the_script_names_anew_is_in_no_file_under_its_new_name(tmp_path: Path) -> None:
    """Two columns of one name would be the result; under its old one it is what the new one is asked for."""
    script = tmp_path / "train.py"
    script.write_text("""\
import pandas as pd

def read(path):
    return pd.read_csv(path).rename(columns={"soluble": "labels"})[["sequence", "labels"]]

frame = read("all.csv")
print(frame["labels"], frame["sequence"])
""")
    found = hints.read(str(script), str(tmp_path))
    assert "labels" not in found.of_files.of("all.csv") | found.columns.keys()
    assert found.columns["soluble"].kind == "label"


def test_a_line_that_is_made_of_itself_is_followed_no_further() -> None:
    script = "def read(lines):\n    for line in lines:\n        line = line.strip()\n        a, b = line.split()\n"
    trees = [ast.parse(script + "line = line.strip()\nrows = json.loads(line)\nrows = rows.copy()\n")]
    assert not lines_of_files(Origins(trees), trees)


def test_each_table_that_a_function_reads_has_the_parts_that_its_rows_are_taken_apart_into() -> None:
    script = """\
def rows(path):
    with open(path) as file:
        yield from csv.reader(file, delimiter="\\t")

texts = {key: f"{head}. {text}" for key, head, text in rows(folder / "texts.tsv")}
for part in ("train", "dev"):
    for asked, found, score in rows(os.path.join(folder, f"seen.{part}.tsv")):
        told[asked].append((float(score), found))
"""
    trees = [ast.parse(script)]
    assert lines_of_files(Origins(trees), trees) == {
        "texts.tsv": Lines("\t", ("key", "head", "text"), table=True),
        "seen.*.tsv": Lines("\t", ("asked", "found", "score"), frozenset({"score"}), table=True),
    }


LOOKED_UP = {
    "a table of records": 'facts = {f["id"]: f for f in load()}\nfor row in rows:\n    facts.get(row["fact_id"])\n',
    "what a function makes": (
        'def index():\n    return {f["id"]: f["text"] for f in load()}\nheld = index()\n'
        'kept = [row for row in rows if str(row["fact_id"]) in held]\n'
    ),
    "filled in a loop": 'for f in load():\n    by[f["id"]] = f\nprint(by[row.get("fact_id")])\n',
    "a table that is joined": 'rows.merge(facts, left_on="fact_id", right_on="id")\n',
    "a column that is mapped": 'names = dict(zip(facts["id"], facts["text"]))\nrows["fact_id"].map(names)\n',
    "the index of a table": 'held = facts.set_index("id")\nheld.loc[row["fact_id"]]\n',
}


@pytest.mark.parametrize("script", LOOKED_UP.values(), ids=LOOKED_UP.keys())
def test_a_key_is_one_of_those_among_which_it_is_looked_for(script: str) -> None:
    same = Keys([ast.parse(script)]).same()
    assert same in ({"fact_id": "id"}, {"id": "fact_id"})


GATHERED = {
    "a table": 'seen = pd.read_csv("seen.csv")\nfor user, rows in seen.groupby("user"):\n    rows\n',
    "lists": 'for row in json.load(open("seen.csv")):\n    chats[row["user"]].append(row["text"])\n',
    "lists that are made": (
        'for row in json.load(open("seen.csv")):\n    user = row["user"]\n    by.setdefault(user, []).append(row)\n'
    ),
    "rows in their order": 'rows = json.load(open("seen.csv"))\nitertools.groupby(rows, key=lambda row: row["user"])\n',
}


@pytest.mark.parametrize("script", GATHERED.values(), ids=GATHERED.keys())
def test_rows_that_are_brought_together_have_a_key_that_comes_again(script: str, tmp_path: Path) -> None:
    trees = [ast.parse(script)]
    assert set(groups(Origins(trees), Keys(trees))) == {"user"}
    path = tmp_path / "train.py"
    path.write_text(script + "if len(rows) < 12:\n    pass\n")
    asked = hints.read(str(path), str(tmp_path))
    assert made_groups.grouped(asked, "user", "seen.csv")
    cells = made_groups.together([f"user-{place}" for place in range(64)], made_groups.size(asked))
    assert cells.count("user-0") == 14


def test_labels_come_again_by_themselves() -> None:
    assert made_groups.together([0, 1] * 8, 8) == [0, 1] * 8


FORMS = {
    'rows = [json.loads(line) for line in open("x.json")]\n': {"x.json": False},
    'with open("x.json") as file:\n    for line in file:\n        json.loads(line.strip())\n': {"x.json": False},
    'json.load(open("x.json"))\npd.read_json("y.json", lines=True)\n': {"x.json": True, "y.json": False},
    'json.loads(Path("x.json").read_text())\njson.loads(answer)\n': {"x.json": True},
    (
        "def read(path):\n    with open(path) as file:\n        return [json.loads(line) for line in file]\n"
        'read("x.json")\njson.load(open("y.json"))\n'
    ): {"x.json": False, "y.json": True},
    (
        'with open("x.jsonl") as file:\n    for number, line in enumerate(file, start=1):\n'
        "        text = line.strip()\n        json.loads(text)\n"
    ): {"x.jsonl": False},
    (  # whichever way it is read is decided by a name that a test does not show
        'path = "x.data"\nif lines:\n    rows = [json.loads(line) for line in open(path)]\n'
        "else:\n    rows = json.load(open(path))\n"
    ): {"x.data": False},
    ("@dataclass\nclass Data:\n    train_path: str = field(default=None)\nrows = json.load(open(data.train_path))\n"): {
        "train_path.*": True
    },
}


@pytest.mark.parametrize("script", FORMS)
def test_each_file_of_json_has_the_form_in_which_it_is_read(script: str) -> None:
    assert json_forms(Origins([ast.parse(script)])) == FORMS[script]


HELD = 'held = json.load(open("x.json"))\n'
TABLES = {
    HELD + 'for row in rows:\n    print(held[row["sku"]]["title"])\n': JsonTable(frozenset({"sku"}), True),
    HELD + 'kept = [n for n in names if n in held]\nkept.sort(key=lambda n: held[n]["place"])\n': JsonTable(
        record=True
    ),
    HELD + "ids = [held[str(place)] for place in range(8)]\n": JsonTable(),
    HELD + "text = WORD.sub(lambda found: held[found.group(0).lower()], text)\n": JsonTable(),
    HELD + 'for name, one in held.items():\n    print(name, one.get("title"))\n': JsonTable(record=True),
    'def load():\n    return json.load(open("x.json"))\nheld = load()\n' + "kept = [n for n in names if n in held]\n": (
        JsonTable()
    ),
    HELD + 'for row in held:\n    print(row.items(), row["a"])\nprint(held[0], held["b"])\n': None,
}


@pytest.mark.parametrize("script", TABLES)
def test_a_file_in_which_something_is_found_by_a_name(script: str) -> None:
    trees = [ast.parse(script)]
    assert json_tables(Origins(trees), Keys(trees)).get("x.json") == TABLES[script]


def test_a_text_that_is_read_as_a_table_is_one(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        'import pandas as pd\n\nframe = pd.read_csv("captions.txt", sep="|")\nprint(frame["image"], frame["caption"])\n'
        'other = pd.read_csv("said.txt", sep="\\t")\nprint(other["said"])\n'
    )
    assert hints.read(str(script), str(tmp_path)).table_files == {"captions.txt": "csv", "said.txt": "tsv"}
