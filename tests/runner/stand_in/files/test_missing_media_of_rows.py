"""Pictures and sounds that rows name, or that have captions beside them: made up where they are missing."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from tests.runner.conftest import Run, confirmed
from tests.runner.samples import KEPT

from lora_lint_runner.child.stopped.retries.files import missing_files

pytestmark = pytest.mark.slow  # each takes several attempts


def test_names_of_files_in_a_table_are_those_of_the_folder_beside_it(run: Run) -> None:
    text = """\
import os
import pandas as pd
from PIL import Image

KINDS = ["dull", "rude"]
table = pd.read_csv("captions.csv.zip")
assert len(table[table[KINDS].sum(axis=1) > 0].sample(15_000)) > 1
told = table.set_index("file_name")["caption"]
found = [(Image.open(f"scans/{n}"), told[n]) for n in os.listdir("scans") if n.endswith(".jpg") if n in told.index]
assert len(found) > 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_cell_that_is_opened_is_the_path_of_a_file(run: Run) -> None:
    text = """\
import csv
from PIL import Image

for row in csv.DictReader(open("index.csv")):
    Image.open(f"pictures/{row['file']}").convert(row["mode"] and "RGB")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_so_is_a_text_that_is_too_long_for_one() -> None:
    said = "He said it again and again. " * 40
    assert missing_files.missing_path(OSError(errno.ENAMETOOLONG, "File name too long", said)) == said


def test_records_of_a_file_name_their_sounds(run: Run) -> None:
    text = """\
import json
import wave

for line in open("train.jsonl"):
    wave.open(json.loads(line)["wav"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_captions_that_may_be_missing_make_no_folder_of_texts(run: Run) -> None:
    text = """\
from pathlib import Path
from PIL import Image

found = [p for p in Path("style").glob("*") if p.suffix in {".png", ".jpg"}]
if not found:
    raise FileNotFoundError("No images in style")
print([p.with_suffix(".txt").exists() or Image.open(p).size for p in found])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_records_of_a_file_name_their_pictures(run: Run) -> None:
    text = """\
import argparse, json, os
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--data_path", required=True)
parser.add_argument("--image_folder", required=True)
args = parser.parse_args()
for record in json.load(open(args.data_path)):
    Image.open(os.path.join(args.image_folder, record["image"])).convert("RGB")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_captions_are_found_by_the_names_of_their_pictures(run: Run) -> None:
    text = """\
import glob, json, os

captions = json.load(open("captions.json"))
paths = glob.glob("pictures/*.jpg")
if not paths:
    raise ValueError("no pictures")
print([captions[os.path.basename(path)].lower() for path in paths])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_record_beside_a_picture_leaves_it_a_picture(run: Run) -> None:
    text = """\
import json
from PIL import Image

Image.open("scans/1.png").convert("RGB")
with open("notes/1.json") as file:
    notes = json.load(file)
print(notes["form"])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_cell_that_the_script_goes_on_without_is_the_path_of_a_file(run: Run) -> None:
    text = """\
import csv
from PIL import Image

def picture(name):
    try:
        return Image.open(f"pictures/{name}")
    except OSError:
        return None

found = [picture(row["shot"]) for row in csv.DictReader(open("index.csv"))]
if None in found:
    raise ValueError("pictures are missing")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_table_of_nothing_is_for_want_of_what_it_lists(run: Run) -> None:
    text = """\
import glob
import pandas as pd

table = pd.DataFrame([{"label": path} for path in glob.glob("speech/Actor_*/*.wav")])
print(table["label"].value_counts())
"""
    ran = run(text + KEPT, "--no-made-up-rows")
    assert ran.exit == 3
    assert "speech/Actor_*/*.wav (give it, or let rows be made up with --made-up-rows)" in ran.json["reason"]
    assert run(text + KEPT, "--made-up-rows").exit == 0


def test_chats_of_a_file_speak_of_their_picture_by_the_mark_that_is_missed(run: Run) -> None:
    text = """\
import json
from PIL import Image

for row in json.load(open("chats.json")):
    Image.open("pictures/" + row["image"])
    asked = row["conversations"][0]["value"]
    if asked.count("<image>") != 1:
        raise ValueError("The total number of <image> tokens should be the same as the number of images passed")
"""
    confirmed(run(text + KEPT))


def test_sounds_that_rows_name_are_made_up_as_each_is_read(run: Run) -> None:
    text = """\
import csv
from pathlib import Path
import soundfile

for row in csv.DictReader(open("calls.csv")):
    sound, rate = soundfile.read(Path("audio") / f"XC{row['id']}.flac")
    assert len(sound) > rate
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_captions_that_one_reader_takes_for_texts_and_another_for_records_are_what_the_one_at_work_takes(
    run: Run,
) -> None:
    text = """\
import json
from pathlib import Path
from PIL import Image
from transformers import AutoTokenizer

def styled(folder):
    for name, data in json.loads((folder / "captions.json").read_text()).items():
        yield folder / "styled" / name, data["prompt"]

def plain(folder):
    with open(folder / "captions.json") as file:
        captions = json.load(file)
    for name, caption in captions.items():
        if (folder / "images" / name).exists():
            yield Image.open(folder / "images" / name), caption

found = list(plain(Path("data")))
if not found:
    raise ValueError("no pictures in data")
told = [caption for _, caption in found if isinstance(caption, str)]
print(AutoTokenizer.from_pretrained("openai/clip-vit-base-patch32")(told, padding=True))
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_pictures_that_a_table_of_the_project_names_are_there_as_each_is_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_text("photo\n" + "".join(f"photos/{place}.jpg\n" for place in range(100, 140)))
    text = """\
import csv, os
from PIL import Image

for row in csv.DictReader(open("goods.csv")):
    if not os.path.exists(row["photo"]):
        raise FileNotFoundError(f"no picture: {row['photo']}")
    Image.open(row["photo"]).convert("RGB")
"""
    confirmed(run(text + KEPT))


def test_what_a_column_calls_a_picture_is_one_whatever_opens_it(run: Run) -> None:
    text = """\
import csv, importlib, os

for row in csv.DictReader(open("goods.csv")):
    for column in COLUMNS:
        if not os.path.exists(row[column]):
            raise FileNotFoundError(f"no picture: {row[column]}")
        importlib.import_module("PIL.Image").open(row[column]).convert("RGB")
"""
    for columns in ('("photo_path",)', '("front",)'):  # of the other it turns out as it is opened
        confirmed(run(text.replace("COLUMNS", columns) + KEPT))
