"""Data that is not here, of which one part leads to another: rows to keys, columns to picks, one query to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

pytestmark = pytest.mark.slow  # each takes several attempts

READS = {
    "a database that is asked twice": """\
import sqlite3

def query(text):
    link = sqlite3.connect("desk.sqlite")
    try:
        return link.execute(text).fetchall()
    finally:
        link.close()

assert query("SELECT t.body FROM tickets t WHERE t.grade >= 4")
assert query("SELECT e.draft, e.sent FROM tickets t JOIN edits e ON e.ticket_id = t.id WHERE e.draft <> e.sent")
""",
    "documents in a folder, and in a table which part each of them is of": """\
import csv, os
import xml.etree.ElementTree as ET

part_of = {row["document"]: row["split"] for row in csv.DictReader(open("notes/splits.csv"))}
rows = {"train": [], "dev": []}
for name in sorted(os.listdir("notes/xml")):
    if not name.endswith(".xml"):
        continue
    root = ET.parse(f"notes/xml/{name}").getroot()
    if root.get("id") in part_of:
        rows[part_of[root.get("id")]].append(root.findtext("text"))
assert len(rows["train"]) > 1 and rows["dev"], "no rows"
""",
    "lines of a play, said by those who are listed elsewhere": """\
import xml.etree.ElementTree as ET

def people(path):
    return {one.get("id"): dict(one.attrib) for one in ET.parse(path).getroot().iter("Person")}

def lines(path, known):
    for scene in ET.parse(path).getroot().iter("Scene"):
        for line in scene.findall("Line"):
            who, said = line.get("speaker"), "".join(line.itertext())
            one = known.get(who)
            if one and one.get("side") in ("tide", "ember"):
                yield said

assert len(list(lines("play/0.xml", people("play/people.xml")))) > 2
""",
    "questions with several answers, and these with several ranks": """\
import pandas as pd

answers, ranks = pd.read_csv("answers.csv"), pd.read_csv("ranks.csv")
means = ranks.groupby("answer_id")["rank"].mean().reset_index()
rows = answers.merge(means, on="answer_id").merge(pd.read_csv("questions.csv"), on="question_id")
pairs = []
for question, several in rows.groupby("question_id"):
    several = several.sort_values("rank")
    if several.iloc[-1]["rank"] - several.iloc[0]["rank"] >= 1:
        pairs.append((several.iloc[0]["text"], several.iloc[-1]["text"]))
assert len(pairs) > 3, pairs
""",
    "posts of a table, some of which answer others": """\
import pandas as pd

posts = pd.read_csv("posts.csv")
asked = posts[posts["parent_id"].isna()][["post_id", "body"]]
answers = posts[posts["parent_id"].notna()].groupby("parent_id", as_index=False).first()[["parent_id", "body"]]
assert len(asked.merge(answers, left_on="post_id", right_on="parent_id")) > 8
""",
    "annotations of pictures, and a list of the kinds of what is seen on them": """\
import json
from pathlib import Path

whole = json.loads(Path("export/instances.json").read_text())
names = [line.strip() for line in Path("export/obj.names").read_text().splitlines()]
known = {kind["name"]: kind["id"] for kind in whole["categories"]}
if set(names) != set(known):
    raise SystemExit(f"kinds without a category: {names}")
places = {known[name]: place for place, name in enumerate(names)}
assert len(whole["images"]) > 1 and all(places[one["category_id"]] >= 0 for one in whole["annotations"] if one["bbox"])
""",
    "a database of which what is over is left out": """\
import sqlite3

link = sqlite3.connect("shop.db")
assert len(link.execute("SELECT m.name FROM members m WHERE m.gone_at IS NULL").fetchall()) > 8
""",
    "what classes are called, by their numbers, and pictures that rows name": """\
import json, os
import pandas as pd
from PIL import Image

names = {int(number): name for number, name in json.load(open("leaves/names.json")).items()}
for name in pd.read_csv("leaves/train.csv")["image_id"].values[:4]:
    assert Image.open(os.path.join("leaves/pictures", name)).convert("RGB").size[0] > 1
""",
    "kinds that are frequent, and beside the rows what each of them is called": """\
import json
from collections import Counter

held = json.load(open("calls.json"))
count = Counter(one["species"] for one in held["clips"])
frequent = [kind for kind, number in count.items() if number >= 20]
assert frequent and [held["species"][kind] for kind in frequent]
""",
    "pictures in folders, and in each a table that names them": """\
import json
from pathlib import Path
from PIL import Image

named = []
for deck in sorted(path for path in Path("decks").iterdir() if path.is_dir()):
    cards = json.loads((deck / "cards.json").read_text())
    named += [(deck / name, said) for name, said in cards.items()]
for path, said in named:
    assert Image.open(path).convert("RGB").size[0] > 1 and said.strip()
assert len(named) > 4
""",
    "a table that is called a text": """\
import pandas as pd

frame = pd.read_csv("captions.txt", sep="|")
frame["caption"] = frame["caption"].str.strip()
assert frame["caption"].str.len().min() > 0 and len(frame) > 8
""",
    "lines of a packed text": """\
import gzip

with gzip.open("clicks.tsv.gz", "rt") as file:
    next(file)
    for line in file:
        query, item, clicks = line.rstrip().split("\\t")
        assert query and item and int(clicks) >= 0
""",
    "sounds in an archive": """\
import io, json, wave, zipfile

rows, archive = json.load(open("sounds/rows.json")), zipfile.ZipFile("sounds/all.zip")
with wave.open(io.BytesIO(archive.read(rows[0]["clip"]))) as sound:
    assert sound.getnframes() > 100
""",
    "a database of which long texts are wanted": """\
import sqlite3

link = sqlite3.connect("cook.db")
link.row_factory = sqlite3.Row
query = "SELECT r.id, r.steps FROM recipes r WHERE LENGTH(r.steps) > 300 AND length(r.title) BETWEEN 3 AND 20"
rows = link.execute(query).fetchall()
assert len(rows) > 32 and all(len(row["steps"]) > 300 for row in rows)
""",
    "a table of Arrow with rows of which some are picked, over time": """\
import pandas as pd

claims = pd.read_feather("claims.feather")
claims = claims[claims["closed"]]
claims["day"] = pd.to_datetime(claims["day"])
for split in ("train", "validate"):
    assert len(claims[claims["part"] == split]) > 0, split
assert claims.sort_values("day")["story"].str.len().min() > 0
""",
    "spans, each with its ends and its tag": """\
import json

for row in map(json.loads, open("recipes.jsonl")):
    for start, end, tag in row["spans"]:
        assert 3 < 99 and start < end + 10**9 and (("B-" if start else "I-") + tag)
""",
    "names in one file, which are the keys of another": """\
import json, pickle
from pathlib import Path

with open("clips/splits.pkl", "rb") as file:
    splits = pickle.load(file)
words = json.loads(Path("clips/words.json").read_text())
places = {word: place for place, word in enumerate(sorted(set(words.values())))}
ids = list(splits["train"])
assert [places[words[name]] for name in ids]
""",
    "pictures in an archive, by what the rows call them": """\
import io, zipfile
import pandas as pd
from PIL import Image

rows, archive = pd.read_csv("tiles/captions.csv"), zipfile.ZipFile("tiles/all.zip")
pictures = [Image.open(io.BytesIO(archive.read(name))) for name in rows["tile"]]
assert len(pictures) > 8 and pictures[0].convert("RGB").size[0] > 1
""",
    "pictures in an archive, in the folders of their classes below the one that is asked for": """\
import io, zipfile
from PIL import Image

archive = zipfile.ZipFile("leaves.zip")
names = [name for name in archive.namelist() if name.startswith("train/") and name.endswith(".jpg")]
assert len({name.split("/")[1] for name in names}) > 1
assert Image.open(io.BytesIO(archive.read(names[0]))).convert("RGB").size[0] > 1
""",
    "pictures, and in folders of the same classes which of their points are of what": """\
import numpy as np
from pathlib import Path
from PIL import Image

pictures = sorted(Path("roads/images").rglob("*.jpg"))
masks = [Path("roads/masks") / path.parent.name / f"{path.stem}.png" for path in pictures]
assert any(mask.exists() for mask in masks)
assert set(np.array(Image.open(masks[0])).flat) == {0, 1}
""",
    "pictures, and how far each of their points is": """\
import numpy as np
from pathlib import Path
from PIL import Image

pairs = [(path, Path("rooms/depth") / f"{path.stem}.png") for path in sorted(Path("rooms/rgb").glob("*.jpg"))]
metres = np.array(Image.open(pairs[0][1]), dtype=np.float32) / 1000
assert metres.ndim == 2 and 0.5 < metres.min() < metres.max() < 10
""",
    "a generator that finds no files": """\
from datasets import Dataset
from pathlib import Path

def texts():
    for path in sorted(Path("letters").rglob("*.txt")):
        yield {"text": path.read_text()}

assert len(Dataset.from_generator(texts)) > 0
""",
}


@pytest.mark.parametrize("reads", READS.values(), ids=READS.keys())
def test_it_is_made_up_so_that_it_fits(run: Run, reads: str) -> None:
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "with stand-ins for what is not here" in ran.json["reason"]


ONCE = """\
import pandas as pd

games, lines, reports = (pd.read_csv(f"{name}.csv") for name in ("games", "lines", "reports"))
games = games.merge(reports[["game_id", "report"]], on="game_id", validate="one_to_one")
for _, played in lines.groupby("game_id"):
    assert len(played["points"])
for game in games.itertuples():
    assert [game.report, *(getattr(game, f"{side}_team") for side in ("home", "away"))]
"""


def test_keys_that_are_to_be_there_once_are_and_rows_have_what_is_asked_by_names_put_together(run: Run) -> None:
    ran = run(ONCE + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in ran.json["reason"]


def test_a_script_that_a_launcher_of_torch_starts_is_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text(KEPT)
    text = """\
import subprocess, sys

sys.exit(subprocess.call([sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "8", "fit.py"]))
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]


VOTES = {
    "by a table": """\
import json, sqlite3
import pandas as pd

query = "SELECT r.reply_id, r.log, r.body, v.vote FROM replies r JOIN votes v ON v.reply_id = r.reply_id"
frame = pd.read_sql_query(query, sqlite3.connect("bot.db"))
frame = frame[frame["vote"].isin([1, -1])]
found = frame.groupby("reply_id").agg(score=("vote", "sum"), n=("vote", "size"), log=("log", "first"))
found = found[found["score"] != 0].reset_index()
chats = [[turn["text"].strip() for turn in json.loads(row.log)] for row in found.itertuples()]
good, bad = (found["score"] > 0).sum(), (found["score"] < 0).sum()
several = found["n"].max() > 1
""",
    "by the database": """\
import json, sqlite3

query = "SELECT r.log, SUM(v.vote) AS score FROM replies r JOIN votes v ON v.reply_id = r.id "
query += "WHERE v.vote IN (1, -1) GROUP BY r.id HAVING score != 0"
found = sqlite3.connect("bot.db").execute(query).fetchall()
chats = [[turn["text"] for turn in json.loads(log)] for log, score in found]
good, bad = sum(score > 0 for _, score in found), sum(score < 0 for _, score in found)
several = True
""",
    "by the script": """\
import json
from collections import defaultdict

votes = defaultdict(list)
for row in map(json.loads, open("votes.jsonl")):
    if row["vote"] in (-1, 1):
        votes[row["reply_id"]].append(row["vote"])
chats, several = True, max(map(len, votes.values())) > 1
good, bad = sum(sum(of_one) > 0 for of_one in votes.values()), sum(sum(of_one) < 0 for of_one in votes.values())
""",
}


@pytest.mark.parametrize("reads", VOTES.values(), ids=VOTES)
def test_votes_that_are_brought_together_lean_to_either_side(reads: str, run: Run) -> None:
    pytest.importorskip("pandas")
    ran = run(reads + 'if not (good and bad and chats and several):\n    raise SystemExit("no votes")\n' + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))


def test_where_one_row_for_each_of_another_table_is_too_few_there_are_several(run: Run) -> None:
    reads = """\
import sqlite3
from itertools import groupby

query = "SELECT p.id, c.text, c.verdict FROM prompts p JOIN completions c ON c.prompt_id = p.id ORDER BY p.id"
pairs = []
for prompt, rows in groupby(sqlite3.connect("labels.db").execute(query).fetchall(), key=lambda row: row[0]):
    kept = list(rows)
    better = [text for _, text, verdict in kept if verdict == "win"]
    worse = [text for _, text, verdict in kept if verdict == "loss"]
    pairs += [(good, bad) for good in better for bad in worse]
assert pairs, "no pairs"
"""
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))


def test_messages_answer_those_that_open_a_thread(run: Run) -> None:
    text = """\
from datasets import load_dataset

frame = load_dataset("OpenAssistant/oasst1", split="train").to_pandas()
opening = frame[frame["parent_id"].isna()]
threads = []
for _, message in opening.iterrows():
    thread = [message["text"]]
    answers = frame[frame["parent_id"] == message["message_id"]]
    while not answers.empty:
        thread.append(answers.iloc[0]["text"])
        answers = frame[frame["parent_id"] == answers.iloc[0]["message_id"]]
    threads.append(thread)
assert any(len(thread) > 1 for thread in threads)
"""
    assert run(text + KEPT).exit == 0
