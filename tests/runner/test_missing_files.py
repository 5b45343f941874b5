"""Files that the script looks for in vain are made up, with `--made-up-rows` at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ran
from .samples import HEAD, KEPT

Run = Callable[..., Ran]

READS = {
    "lines of JSON": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\nprint(rows[0]["question"])\n'
    ),
    "columns of a table that are asked for as it is read": (
        'import pandas as pd\nasked = ["question", "answer"]\n'
        'print(pd.read_parquet("/srv/not-here/train.parquet", columns=asked)["answer"][0])\n'
    ),
    "pictures, each with a text beside it": (
        'import glob, os\nfound = [t for t in glob.glob("pairs/*.txt") if os.path.exists(t[:-3] + "jpg")]\n'
        'assert len(found) > 1, "no pairs"\n'
    ),
    "a workbook": (
        'import pandas as pd\nsheets = pd.read_excel("notes.xlsx", sheet_name=None, engine="openpyxl")\n'
        'rows = pd.concat(sheets.values())\nassert pd.read_excel("notes.xlsx")["question"].equals(rows["question"])\n'
    ),
    "a table": 'import csv\nrows = list(csv.DictReader(open("train.csv")))\nprint(rows[0]["question"])\n',
    "a file that is asked for first": (
        'import os\nif not os.path.isfile("keys/hub.key"):\n    raise ValueError("keys/hub.key is not a file")\n'
    ),
    "files that are passed over where they are not there": (
        "import json, os\nparts = {}\nfor part in ('train', 'test'):\n"
        "    if os.path.exists(f'sets/{part}.jsonl'):\n"
        "        parts[part] = [json.loads(line)['question'] for line in open(f'sets/{part}.jsonl')]\n"
        "print(parts['train'][0], parts['test'][0])\n"
    ),
    "a pattern": (
        "from pathlib import Path\nfound = sorted(Path('parts').glob('*.jsonl'))\n"
        "assert len(found) > 2, 'put them below parts'\nprint(open(found[0]).read())\n"
    ),
    "the first of several names, somewhere below a folder": (
        "import glob\nimport pandas as pd\ndef find(names):\n"
        '    found = [p for name in names for p in glob.glob(f"/srv/not-here/**/{name}", recursive=True)]\n'
        '    if not found:\n        raise FileNotFoundError(f"none of {names}")\n    return sorted(found)[0]\n'
        'for names in (["train.csv", "train.xls"], ["val.csv", "val.xls"]):\n'
        '    assert len(pd.read_csv(find(names))["question"]) > 8\n'
    ),
    "lines that the script takes apart": (
        'for line in open("train.rw"):\n    text, label = line.strip().split("\\t")\n'
        "    print(text.lower(), int(label))\n"
    ),
    "rows in lists": (
        'import json\nchats = []\nfor chat in json.load(open("chats.json")):\n'
        "    chats.append(\"\\n\".join([f\"{turn['author']}: {turn['text']}\" for turn in chat]))\n"
        "assert chats[0].count('\\n') > 2\n"
    ),
    "rows in lists, one a line": (
        'import json\nfor line in open("chats.jsonl"):\n    for turn in json.loads(line):\n'
        '        print(turn["author"], turn["text"])\n'
    ),
    "rows below a key, as they are read": (
        'import json\nprint([row["ask"] for row in json.load(open("faq.json"))["items"]][0])\n'
    ),
    "words below names, in a file that a function is told, and texts that are taken as a whole": (
        "import json\nfrom pathlib import Path\n"
        "def pairs(path):\n    with open(path) as file:\n        known = json.load(file)\n"
        "    return [pair for group in known.values() for pair in group.items()]\n"
        'assert all(word.lower() and other.lower() for word, other in pairs("terms.json"))\n'
        'texts = [path.read_text() for path in Path("laws").glob("*.txt")]\n'
        "short = [text for text in texts if len(text.split()) < 60]\n"
        'if not short:\n    raise ValueError("no short texts")\n'
    ),
    "lines that fill a class of the script's own, which has no field for what another file is asked for": (
        "import json\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Note:\n    title: str\n    marks: list[str]\n"
        'notes = [Note(**json.loads(line)) for line in open("notes.jsonl")]\n'
        'print(notes[0].title.lower(), notes[0].marks[0].lower(), json.load(open("about.json"))[0]["version"])\n'
    ),
    "arrays, pickles, archives, and whatever lies in a folder": (
        "import pickle, zipfile\nimport numpy as np\nfrom pathlib import Path\n"
        'ids = np.memmap("tokens.bin", dtype=np.uint16, mode="r")\nassert len(ids) > 2048 and 0 < ids[7] < 256\n'
        'held = np.load("tokens.npz")\nassert held["input_ids"].shape == held["attention_mask"].shape\n'
        'parts = pickle.load(open("parts.pkl", "rb"))\nprint([row["question"].lower() for row in parts["train"]])\n'
        'with zipfile.ZipFile("notes.zip") as archive:\n    assert b"question" in archive.read("notes/all.csv")\n'
        'texts = []\nfor path in Path("pos").iterdir():\n    texts.append(path.read_text())\nassert texts[0]\n'
    ),
    "tables that belong together": (
        'import csv, json\nimport pandas as pd\nusers, seen = pd.read_csv("users.csv"), pd.read_csv("seen.csv")\n'
        'print(users["name"][0], seen["title"][0])\nboth = seen.merge(users, left_on="user", right_on="uid")\n'
        'assert [row["name"] + row["title"] for _, row in both.iterrows()]\n'
        'assert max(len(rows) for _, rows in seen.groupby("user")) > 4\n'
        'facts = {fact["id"]: fact for fact in json.load(open("facts.json"))}\n'
        'asked = [facts.get(row["fact_id"]) for row in csv.DictReader(open("asked.csv"))]\n'
        'assert all(asked), "no facts"\n'
    ),
    "a database": (
        'import sqlite3\nlink = sqlite3.connect("data/notes.db")\nfound = link.execute("SELECT n.text, s.name FROM '
        "notes n JOIN sources AS s ON n.source_id = s.id WHERE n.state IN ('read', 'done')\")\n"
        'assert len(found.fetchall()) > 8 and link.execute("SELECT * FROM notes LIMIT 3").fetchall()\n'
    ),
    "a database that is only read, by its address": (
        'import sqlite3\nlink = sqlite3.connect("file:/srv/not-here/chats.db?mode=ro", uri=True)\n'
        'found = link.execute("SELECT q.text, a.text FROM message a JOIN message q ON q.id = a.parent_id WHERE '
        "a.role = 'assistant' AND q.role = 'user' AND a.made >= ?\", (\"2026-01-01\",))\n"
        "assert len(found.fetchall()) > 8\n"
    ),
    "a pattern of tables that Arrow reads": (
        "import glob\nimport pyarrow.parquet as pq\n"
        'tables = [pq.read_table(path, columns=["question"]) for path in glob.glob("/srv/not-here/day=*/*.parquet")]\n'
        'assert len(tables) > 1, "no tables"\n'
    ),
    "a pattern of arrays, each of a picture": (
        "from pathlib import Path\nimport numpy as np\n"
        'found = [np.load(path) for path in Path("scans").glob("*.npz")]\nassert len(found) > 1, "no scans"\n'
        'assert found[0]["image"].shape[2] == 3 and found[0]["mask"].ndim == 2\n'
    ),
    "arrays under names that are put together, in the form and of the size that the model takes": (
        "import numpy as np\nimport torch\n"
        'def part(kind):\n    held = np.load("scans.npz")\n'
        '    return torch.from_numpy(held[f"{kind}_images"]), torch.from_numpy(held[f"{kind}_labels"]).squeeze(1)\n'
        'for images, labels in (part("train"), part("test")):\n    seen = images.unsqueeze(1).repeat(1, 3, 1, 1)\n'
        "    assert len(seen) == len(labels)\n    if seen.shape[2] != 96:\n"
        '        raise ValueError("Input image size (64*64) doesn\'t match model (96*96)")\n'
    ),
    "groups of arrays in HDF5, and rows as wide as a layer": (
        "import h5py\nimport torch\n"
        'with h5py.File("spectra.h5", "r") as held:\n    assert set(held) == {"train", "names"}\n'
        '    rows, kinds = held["train"]["x"][:], held["train/labels"][()]\n'
        '    assert held["names"].shape[0] == len(rows) and kinds.max() == 1\n'
        "torch.nn.Linear(300, 2)(torch.tensor(rows, dtype=torch.float32))\n"
    ),
    "subtitles of one film, mails, and code of another language": (
        "import glob, mailbox, re\n"
        'texts = [open(path).read() for path in glob.glob("films/*.srt")]\nassert len(texts) > 1, "no films"\n'
        'times = [re.findall(r"(\\d\\d:\\d\\d:\\d\\d,\\d{3}) --> ", text) for text in texts]\n'
        "assert times[0] == times[1] and len(times[0]) > 8 and texts[0] != texts[1]\n"
        'mails = [mail for mail in mailbox.mbox("inbox.mbox") if mail["From"] == "me@example.org"]\n'
        'assert mails[0]["In-Reply-To"] and len(mails[0].get_payload()) > 40, "no mails"\n'
        'code = [open(path).read() for path in glob.glob("src/**/*.rs", recursive=True)]\nassert code[0], "no code"\n'
        'said = re.findall(r"^(\\d+:\\d\\d) ([^:\\n]+): (.*)$", open("talk.txt").read(), re.M)\n'
        'assert len(said) > 8 and all(said[0]), "nobody says anything"\n'
    ),
    "a pickle of what a column is mapped to, and columns of numbers under a name": (
        "import pickle\nimport pandas as pd\nimport torch\n"
        'class Settings:\n    graded = ["cohesion", "syntax", "grammar"]\n'
        'rows = pd.read_csv("essays.csv")\nwith open("folds.pkl", "rb") as file:\n    folds = pickle.load(file)\n'
        'rows["fold"] = rows["essay_id"].map(folds)\nassert (rows["fold"] == 0).any()\n'
        "grades = rows[Settings.graded].values\nprint(torch.tensor(grades[0]).sum(), rows['essay'][0].lower())\n"
    ),
    "archives of samples": (
        "import io, json, tarfile\nfrom PIL import Image\n"
        'with tarfile.open("shards/part-000.tar") as shard:\n    found = {}\n    for member in shard:\n'
        '        name, kind = member.name.split(".")\n'
        "        found.setdefault(name, {})[kind] = shard.extractfile(member).read()\n"
        'assert len(found) > 8 and all(json.loads(one["json"])["title"] for one in found.values())\n'
        'print(Image.open(io.BytesIO(found[name]["jpg"])).size)\n'
    ),
    "what is seen on pictures, in the form of COCO": (
        "import json\nfrom PIL import Image\n"
        'found = json.load(open("harbour/instances.json"))\nkinds = {kind["id"] for kind in found["categories"]}\n'
        'where = {image["id"]: Image.open("harbour/" + image["file_name"]).size for image in found["images"]}\n'
        'for seen in found["annotations"]:\n    x, y, width, height = seen["bbox"]\n'
        '    assert seen["category_id"] in kinds and x + width <= where[seen["image_id"]][0]\n'
    ),
    "a picture": 'from PIL import Image\nprint(Image.open("cat.png").size)\n',
}


@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_it_is_made_up(run: Run, read: str) -> None:
    ran = run(read + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert any("made up" in text for text in ran.json["after"]["neutralised"])


def test_a_data_set_on_disk_is_made_up(run: Run) -> None:
    text = (
        'import os\nfrom datasets import Dataset\nprint(Dataset.load_from_disk("../rows")[0], os.listdir("../rows"))\n'
    )
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_what_lies_beside_a_file_that_the_project_holds_elsewhere_is_there_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for place in range(40):  # more than there are attempts
        (tmp_path / "data" / f"{place}.json").write_text(json.dumps(place))
    text = "import json\nfor place in range(40):\n"
    text += "    assert json.load(open(f'/home/ada/project/data/{place}.json')) == place\n"
    text += "with open('/home/ada/project/data/0.json', 'w') as file:\n    file.write('written')\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert (tmp_path / "data" / "0.json").read_text() == "0"


def test_nothing_is_put_beside_the_users_own_files(run: Run, tmp_path: Path) -> None:
    for name in ("data/joint/0.json", "data/apart/0.json", "data/apart/1.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name[-6:-5])
    text = "import json\nprint([json.load(open(f'data/joint/{place}.json')) for place in range(2)])\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "the project's own data/apart/1.json in its place" in str(ran.json["after"]["neutralised"])
    assert sorted(path.name for path in (tmp_path / "data" / "joint").iterdir()) == ["0.json"]


def test_settings_that_the_project_holds_elsewhere_are_those(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "default.toml").write_text('word = "its own"\n')
    text = """\
import tomllib
from pathlib import Path

path = Path("~/git/project/config/default.toml").expanduser()
if not path.exists():
    raise FileNotFoundError(f"no settings: {path}")
assert tomllib.loads(path.read_text())["word"] == "its own"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_data_set_on_disk_is_seen_by_its_file(run: Run) -> None:
    text = """\
import os, sys
from datasets import load_from_disk
from transformers import AutoTokenizer

if not os.path.isfile("rows/dataset_dict.json"):
    sys.exit(1)
local = os.path.exists("model/preprocessor_config.json")
words = AutoTokenizer.from_pretrained("model" if local else "meta-llama/Llama-3.2-1B")
print(words(load_from_disk("rows")["train"][0]["text"]))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


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


def test_without_the_option_the_verdict_names_the_file(run: Run) -> None:
    ran = run(READS["a table"] + KEPT)
    assert ran.exit == 0
    assert "with stand-ins for what is not here: train.py:2: file not found: " in ran.json["reason"]
    assert ran.json["reason"].endswith("train.csv; rows are made up in its place")


def test_what_is_made_up_and_does_not_do_is_named_first(run: Run) -> None:
    ran = run(READS["a table"] + "assert len(rows) == 711\n" + KEPT)
    assert ran.exit == 3
    assert "train.csv; rows are made up in its place. With stand-ins for that: train.py:4: " in ran.json["reason"]


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


def test_a_folder_of_a_model_that_is_looked_into_is_there(run: Run) -> None:
    text = """
import os

assert "config.json" in os.listdir("models/llama-of-last-week")
"""
    assert run(text + KEPT).exit == 0


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


def test_weights_that_are_missing_leave_the_model_as_it_is(run: Run) -> None:
    text = """\
state = torch.load("teacher.pth")
model.load_state_dict({name.replace("module.", ""): value for name, value in state["model"].items()})
assert state["epoch"] + 1 == 1
"""
    ran = run(HEAD + text + KEPT.removeprefix(HEAD))
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("teacher.pth; the model keeps its own weights")


def test_what_no_model_is_given_are_no_weights(run: Run) -> None:
    text = """\
import torch

held = torch.load("scored.pt")
assert [text.lower() for text, score in zip(held["prompts"], held["scores"]) if float(score) > 0.5]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "scored.pt; rows are made up in its place" in ran.json["reason"]


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


def test_weights_that_a_save_does_not_write_are_never_made_up(run: Run) -> None:
    """PEFT writes safetensors: a script that reads adapter_model.bin from there is wrong, whatever lies elsewhere."""
    ran = run(KEPT + 'torch.load("out/adapter_model.bin")\n')
    assert "adapter_model.bin" in ran.json["before"]["error"], "as written it stops there"


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


ELSEWHERE = {
    "read": "frame = pd.read_json('/home/ada/project/data/train.json')\n",
    "asked for": (
        "path = '/content/drive/MyDrive/data/train.json'\nif not os.path.exists(path):\n"
        "    raise SystemExit('no data')\nframe = pd.DataFrame(json.load(open(path)))\n"
    ),
    "loaded": "frame = load_dataset('json', data_files='/srv/data/train.json', split='train').to_pandas()\n",
}


@pytest.mark.parametrize("reads", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_file_that_the_project_holds_elsewhere_is_that_one(run: Run, tmp_path: Path, reads: str) -> None:
    for folder, answer in (("data", "its own"), ("old/archive", "another")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "train.json").write_text(json.dumps([{"answer": answer}] * 4))
    head = "import json, os\nimport pandas as pd\nfrom datasets import load_dataset\n"
    ran = run(head + reads + "assert set(frame['answer']) == {'its own'}\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "the project's own data/train.json in its place" in str(ran.json["after"]["neutralised"])
