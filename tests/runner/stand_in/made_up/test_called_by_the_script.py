"""Files, columns and parts of lines that a script knows by names which are not written where it asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

READS = {
    "pictures in an archive, below a folder, and the listing beside them": """\
import io, json, zipfile
from PIL import Image

settings = json.load(open("settings.json"))
with zipfile.ZipFile("shop.zip") as archive:
    there = set(archive.namelist())
    goods = [json.loads(line) for line in io.TextIOWrapper(archive.open(settings["listing"]))]
kept = []
for one in goods:
    name = settings["folder"] + one["views"][0]["front"]
    if name not in there:
        continue
    kept.append((name, one["title"]))
assert len(kept) > 2, "no goods"
print([Image.open(io.BytesIO(zipfile.ZipFile("shop.zip").read(name))).convert("RGB") for name, _ in kept])
""",
    "pictures that a table finds by their names without suffixes": """\
from pathlib import Path
import pandas as pd
from PIL import Image

table = pd.read_csv("skin/table.csv", dtype=str)
assert table["image_id"].is_unique
table["path"] = table["image_id"].map({path.stem: path for path in Path("skin/images").rglob("*.jpg")})
table = table.dropna(subset=["path"])
assert len(table) > 8, "no pictures"
print([Image.open(path).convert("RGB").size for path in table["path"]])
""",
    "two texts, line by line, of which none is in both": """\
from pathlib import Path

def lines(tongue):
    return next(Path("corpus").glob(f"leaflets.{tongue}*")).read_text().splitlines()

pairs = [(a.strip(), b.strip()) for a, b in zip(lines("en"), lines("sw")) if a.lower() != b.lower()]
assert len(pairs) > 8, "no pairs"
""",
    "columns that are called alike": """\
import json
import pandas as pd

table, settings = pd.read_csv("letters.csv"), json.load(open("settings.json"))
labels = [column for column in table.columns if column.startswith(settings["prefix"])]
assert labels, "no labels"
assert table[labels].astype(float).sum().min() > 0 and table["letter"].str.len().min() > 0
""",
    "columns that a set has under a name": """\
import pandas as pd

NEEDED = {"letter", "kind", "reader"}
table = pd.read_csv("letters.csv")
if not NEEDED.issubset(table.columns):
    raise SystemExit(f"no {NEEDED - set(table.columns)}")
""",
    "subtitles, and the sound that they are of": """\
import re, wave
from pathlib import Path

found = []
for path in sorted(Path("shows").glob("*/*.wav")):
    with wave.open(str(path)) as sound:
        lasts = sound.getnframes() / sound.getframerate()
    for cue in re.findall(r"--> 00:00:(\\d\\d),\\d+\\n(.*)", path.with_suffix(".srt").read_text()):
        if float(cue[0]) < lasts and not any(letter.isdigit() for letter in cue[1]):
            found.append(cue)
assert len(found) > 8, "nothing is said"
""",
    "a database that counts and sums, and what was said before in it": """\
import sqlite3
import pandas as pd

link = sqlite3.connect("bot.db")
votes = pd.read_sql_query(
    "SELECT m.chat_id, m.place, SUM(f.thumb) AS votes, COUNT(*) AS n FROM flags f "
    "JOIN messages m ON m.id = f.message_id WHERE m.role = 'assistant' GROUP BY f.message_id HAVING votes <> 0", link)
said = "SELECT role, content FROM messages WHERE chat_id = ? AND place < ? ORDER BY place"
asked = [link.execute(said, (int(row.chat_id), int(row.place))).fetchall() for row in votes.itertuples()]
roles = [[role for role, _ in turns if role in ("user", "assistant")] for turns in asked]
good = [each for each in roles if each and each[-1] == "user"]
assert good and set(votes["votes"] > 0) == {True, False}, "no chats"
""",
    "texts and XML that functions of the script read, packed or not": """\
import argparse, gzip
import xml.etree.ElementTree as ET

parser = argparse.ArgumentParser()
parser.add_argument("--papers", required=True)
parser.add_argument("--topics", required=True)
parser.add_argument("--judged", required=True)
args = parser.parse_args()

def opened(path):
    return gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")

def topics(path):
    found = {}
    with opened(path) as file:
        for line in file:
            topic, said = line.decode().rstrip().split("\\t")
            found[topic] = said
    return found

def judged(path):
    found = {}
    with open(path) as file:
        for line in file:
            topic, _, docid, grade = line.split()
            found.setdefault(topic, {})[docid] = int(grade)
    return found

def papers(path, wanted):
    found = {}
    with opened(path) as file:
        for _, node in ET.iterparse(file):
            if node.tag == "paper" and node.get("id") in wanted:
                found[node.get("id")] = node.findtext("title")
    return found

grades = judged(args.judged)
there = papers(args.papers, {docid for each in grades.values() for docid in each})
pairs = [(topics(args.topics)[topic], there[docid]) for topic in grades for docid in grades[topic] if docid in there]
assert pairs, "no pairs"
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("reads", READS.values(), ids=READS)
def test_they_are_there_by_these_names(run: Run, reads: str, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    settings = {"listing": "goods.jsonl", "folder": "views/", "prefix": "is_"}
    (tmp_path / "settings.json").write_text(json.dumps(settings))
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in said or "taken to keep" in said for said in lacking(ran)), lacking(ran)


TAGGED = """\
import argparse
from transformers import AutoModelForTokenClassification

parser = argparse.ArgumentParser()
parser.add_argument("--train", required=True)
parser.add_argument("--word", type=int, default=0)
parser.add_argument("--tag", type=int, default=-1)
args = parser.parse_args()

def read(path, word, tag):
    words, tags = [], []
    with open(path) as file:
        for line in file:
            if not line.strip():
                continue
            columns = line.split("\\t") if "\\t" in line else line.split()
            words.append(columns[word])
            tags.append(columns[tag].strip())
    return words, tags

words, tags = read(args.train, args.word, args.tag)
kinds = {tag.split("-", 1)[1] for tag in tags if tag != "O"}
assert words and kinds and set(tags) > {"O"}
print(AutoModelForTokenClassification.from_pretrained("bert-base-cased", num_labels=len(set(tags))).num_labels)
"""


def test_words_and_their_tags_stand_where_arguments_say(run: Run) -> None:
    ran = run(TAGGED + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not lacking(ran)
