"""However a script reads a file that is not here: it holds what is asked of it."""

from __future__ import annotations

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

pytestmark = pytest.mark.slow  # each takes several attempts

READS = {
    "lines of JSON": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\nprint(rows[0]["question"])\n'
    ),
    "a pickled list of rows": (
        'import pickle\nfrom datasets import Dataset\nrows = pickle.load(open("train.pkl", "rb"))\n'
        'rows = Dataset.from_list(rows)\nprint(rows.select(range(2))[0]["question"].lower())\n'
    ),
    "a pickled table, whose columns stand in two lists": (
        'import pandas as pd\nLETTERS = ["A", "B"]\ntable = pd.read_pickle("exam.pkl")\n'
        'table = table.dropna(subset=["stem", "right"] + LETTERS)\n'
        'print(table[table["right"].isin(LETTERS)].to_dict("records")[0]["stem"].lower())\n'
    ),
    "pickled arrays, of the sizes that a docstring says or the script asks for": (
        '"""A dict per picture:\n    latent  float16 array (4, 8, 6)\n    mask    bool array (H, W)\n"""\n'
        'import pickle\nimport numpy as np\nrows = pickle.load(open("cache.pkl", "rb"))\n'
        'for row in rows:\n    emb = np.asarray(row["emb"], dtype=np.float32)[:5]\n'
        "    assert np.zeros((9, emb.shape[1])).shape[0] > len(emb) == 5\n"
        '    assert np.asarray(row["latent"], dtype=np.float32).shape == (4, 8, 6)\n'
    ),
    "a pickle that is gone through, and the pictures of each of its rows": (
        'import pickle\nfrom PIL import Image\nwith open("cases.pkl", "rb") as file:\n    cases = pickle.load(file)\n'
        "for case in cases:\n    print(case['report'].lower())\n    for image in case['images']:\n"
        "        print(Image.open(image).size)\n"
    ),
    "a column that is looked up in a table made of another": (
        'import pandas as pd\nnames = {0: "left", 1: "right"}\nplaces = {name: n for n, name in names.items()}\n'
        'rows = pd.read_csv("essays.csv")\nassert rows["leaning"].map(places).notna().all()\n'
    ),
    "a folder that a script asks for before it reads": (
        'import json, os, sys\nfrom pathlib import Path\nhome = Path("prepared_data")\n'
        'if not home.exists():\n    print("nothing prepared")\n    sys.exit(0)\n'
        'with open(home / "train_pairs.json") as file:\n    rows = json.load(file)\n'
        'print(rows[0]["question"].lower())\n'
    ),
    "ids that are looked into": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\n'
        'print([row["question"] for row in rows if "##extra" not in row.get("id", "")][0])\n'
    ),
    "a cell that the script knows some values of": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\n'
        'for row in rows:\n    if row["prompt_mode"] not in (modes := {"plain": 1, "terse": 2}):\n'
        "        raise ValueError(f\"unknown mode {row['prompt_mode']!r}; expected one of {sorted(modes)}\")\n"
    ),
    "a label of many marks": (
        'import json\nrows = [json.loads(line) for line in open("data/train.jsonl")]\n'
        'print(rows[0]["question"], len(rows[0]["label"]), rows[0]["label"][:4])\n'
    ),
    "columns that are brought together": (
        'import pandas\ntable = pandas.read_csv("bureau.csv").groupby("loan_id")\n'
        'print(table.agg({"credit_sum": "sum", "days_overdue": "max"}).shape)\n'
    ),
    "a list of names": (
        'import json\nnames = dict(enumerate(json.load(open("classes.json"))))\n'
        "numbers = {name: number for number, name in names.items()}\nassert 2 < len(numbers) < 20\n"
    ),
    "a list of texts": (
        "import json\nfrom datasets import Dataset\nfrom transformers import AutoTokenizer\n"
        'rows = Dataset.from_dict({"text": json.load(open("talks.json"))})\n'
        'words = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")\n'
        'print(rows.map(lambda some: words(some["text"]), batched=True)[0]["input_ids"])\n'
    ),
    "JSON without a suffix": (
        'import json\nwith open("data_path", encoding="utf-8") as file:\n    rows = json.load(file)\n'
        'print([row["question"].lower() for row in rows][0])\n'
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
    "whatever lies in a folder, as texts": (
        'import os\nlines = []\nfor name in os.listdir("sayings"):\n'
        '    with open(os.path.join("sayings", name)) as file:\n        lines += file.readlines()\nassert lines\n'
    ),
    "lines that the script takes apart": (
        'for line in open("train.rw"):\n    text, label = line.strip().split("\\t")\n'
        "    print(text.lower(), int(label))\n"
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
    "numbers alone, in files whose paths an object keeps": (
        "import numpy as np\nfrom pathlib import Path\n"
        "class Shard:\n"
        "    def __init__(self, file, size):\n        self.place, self.size = file, size\n"
        '    def ids(self):\n        return np.memmap(self.place, dtype=np.uint16, mode="r")[: self.size]\n'
        'root = Path("tokens")\nassert len(Shard(root / "train.bin", 64).ids()) == 64\n'
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
    "a database whose rows the script leaves out for what is in them": (
        'import sqlite3\nlink = sqlite3.connect("/srv/not-here/ward.db")\nnotes = []\n'
        'for code, body in link.execute("SELECT code, body FROM notes"):\n'
        '    if not code.startswith("ICD:"):\n        continue\n    notes.append(body)\n'
        'assert notes, "the extract is empty"\n'
    ),
    "sounds in a folder of each speaker, in folders of places": (
        "from pathlib import Path\nplaces = {}\n"
        'for path in sorted(Path("/srv/not-here/calls").glob("*/*/*.wav")):\n'
        "    places.setdefault(path.parts[-3], set()).add(path.parts[-2])\n"
        'assert len(places) > 2, "more than one place is held out"\n'
        "assert all(len(speakers) > 1 for speakers in places.values())\n"
    ),
    "arrays for each part, of which a table has none": (
        'import numpy as np\nfrom pathlib import Path\nparts = {"train": [], "test": []}\n'
        'for place, path in enumerate(sorted(Path("stations").glob("*.npz"))):\n'
        '    parts["test" if place % 2 else "train"].append(np.load(path)["flow"])\n'
        "assert all(parts.values()), {name: len(rows) for name, rows in parts.items()}\n"
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
    "archives of texts of a kind": (
        'import zipfile\nfrom pathlib import PurePosixPath\nwith zipfile.ZipFile("nightly/all.zip") as packed:\n'
        '    found = [n for n in packed.namelist() if PurePosixPath(n).suffix in (".py", ".flow")]\n'
        "    texts = {packed.read(name) for name in found}\n"
        "assert len(texts) == len(found) > 8 and all(len(text) > 80 for text in texts)\n"
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


def test_without_the_option_the_verdict_names_the_file(run: Run) -> None:
    ran = run(READS["a table"] + KEPT)
    assert ran.exit == 0
    assert "with stand-ins for what is not here: train.py:2: file not found: " in ran.json["reason"]
    assert ran.json["reason"].endswith("train.csv; rows are made up in its place")


def test_what_is_made_up_and_does_not_do_is_named_first(run: Run) -> None:
    ran = run(
        READS["a table"] + KEPT.replace("optimizer =", "model = model if len(rows) == 711 else None\noptimizer =")
    )
    assert ran.exit == 3
    assert "train.csv; rows are made up in its place. With stand-ins for that: train.py:12: " in ran.json["reason"]


def test_labels_of_a_table_of_pyarrow_are_those_that_the_script_knows_by_their_names(run: Run) -> None:
    text = """\
import pyarrow.parquet as pq

KNOWN = {name: place for place, name in enumerate("constant linear".split())}

class Cases:
    def __init__(self, path):
        table = pq.read_table(path)
        self.codes, self.labels = (table.column(name).to_pylist() for name in ("code", "label"))

    def __getitem__(self, place):
        return self.codes[place].lower(), KNOWN[self.labels[place]]

print(Cases("cases.parquet")[1])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))


def test_lists_of_files_that_a_function_takes_apart_name_what_is_opened(run: Run) -> None:
    text = """\
def load_filepaths_and_text(filename, split="|"):
    with open(filename, encoding="utf-8") as file:
        filepaths_and_text = [line.strip().split(split) for line in file]
    return filepaths_and_text

listed = load_filepaths_and_text("filelists/train_metadata.csv")
texts = []
for place in range(1, len(listed)):
    with open("corpus/" + listed[place][2][2:], encoding="utf-8") as file:
        texts.append((listed[place][0], file.read().strip()))
assert len(texts) == len(listed) - 1
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert not any("passed over" in said for said in lacking(ran))


def test_headings_of_sequences_say_what_the_script_takes_them_apart_for(run: Run) -> None:
    text = """\
import re
import pandas as pd

PLACES = ["Nucleus", "Cell.membrane", "Plastid"]
HEADING = re.compile(r"^>(?P<id>[A-Z0-9]+)\\s+(?P<place>[A-Za-z.]+?)(?:-(?P<form>[MS]))?(?:\\s+(?P<part>test))?$")

def read(path):
    found = []
    for line in open(path):
        if line.startswith(">"):
            found.append({**HEADING.match(line).groupdict(), "sequence": ""})
        else:
            found[-1]["sequence"] += line.strip()
    table = pd.DataFrame(found)
    table["part"] = table["part"].fillna("train")
    return table[table["place"].isin(PLACES)]

table = read("/data/proteins.fasta")
assert set(table["place"]) == set(PLACES) and set(table["part"]) == {"train", "test"}
assert table["sequence"].str.fullmatch("[A-Z]+").all()
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))
