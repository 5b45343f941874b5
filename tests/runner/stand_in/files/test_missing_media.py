"""`--made-up-rows`: folders of pictures and sounds, and of their classes, where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE

pytestmark = pytest.mark.slow  # each takes several attempts


def test_a_folder_of_classes_each_a_folder_of_pictures_is_made_up(run: Run) -> None:
    text = """\
import glob
import os
from PIL import Image

found = []
for name in sorted(os.listdir("/pictures/train")):
    found += glob.glob(os.path.join("/pictures/train", name, "*.jpg"))
if not found:
    raise ValueError("no pictures")
assert len([Image.open(path).size for path in found]) > 1
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_names_are_as_the_script_keeps_them(run: Run) -> None:
    text = """\
import argparse
import os
from pathlib import Path
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--instance_dir", required=True)
folder = Path(parser.parse_args().instance_dir)
own = [Image.open(path) for path in folder.iterdir() if path.suffix in {".png", ".jpg"}]
names = sorted(name for name in os.listdir("data/images") if name.endswith(".jpg"))
masks = [Image.open(os.path.join("data/masks", name.replace(".jpg", ".png"))) for name in names]
people = [n for n in os.listdir("voices") if n.startswith("id") and os.path.isdir(os.path.join("voices", n))]
assert own and len(masks) > 1 and len(people) > 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_pattern_finds_what_is_made_up_for_it_and_its_names_are_taken_apart(run: Run) -> None:
    text = """\
import glob
from pathlib import Path

MOODS = {"01": "calm", "02": "angry"}
assert {MOODS[p.stem.split("-")[2]] for p in Path("moods").glob("Actor_*/*.wav")} == {"calm", "angry"}, "no moods"

if not glob.glob("speech/Actor_*/03-*.wav"):
    raise ValueError("no sounds")
if len(glob.glob("UCF101/train/*/*.avi")) < 2:
    raise ValueError("no videos")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_that_is_given_holds_the_classes_of_a_data_set(run: Run) -> None:
    text = """\
import sys
from datasets import load_dataset

parser = __import__("argparse").ArgumentParser()
parser.add_argument("--data_dir", required=True)
found = load_dataset("imagefolder", data_dir=parser.parse_args().data_dir, split="train")
assert len(found.features["label"].names) == 2
for caption in ("told",):
    if caption not in found.column_names:
        raise ValueError(f"{caption} is no column")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_classes_are_folders_by_the_names_that_the_script_knows(run: Run) -> None:
    text = """\
from pathlib import Path

LABELS = ["yes", "no"]
found = [LABELS.index(p.parent.name) for p in Path("/spoken").rglob("*.wav") if p.parent.name in LABELS]
if not found:
    raise RuntimeError("no sounds")
assert set(found) == {0, 1}
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_a_folder_of_rows_that_is_asked_for_first_is_there(run: Run) -> None:
    text = """\
from pathlib import Path
from datasets import DatasetDict

folder = Path("prepared/rows")
if not folder.exists():
    raise SystemExit(1)
assert len(DatasetDict.load_from_disk(str(folder))["train"]["text"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0
    assert ran.json["reason"].endswith("prepared/rows; rows are made up in its place")
    why = run(text + KEPT, "--no-made-up-rows").json["reason"]
    assert "exit code 1 where not folder.exists(); the last thing that it looked for in vain is " in why
    assert why.endswith("prepared/rows")


def test_a_folder_that_is_an_argument_has_folders_of_classes(run: Run) -> None:
    text = """\
import argparse
from torchvision.datasets import ImageFolder

parser = argparse.ArgumentParser()
parser.add_argument("data")
assert len(ImageFolder(parser.parse_args().data + "/train").classes) == 2
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_pictures_of_any_form_are_no_texts(run: Run) -> None:
    text = """\
from pathlib import Path
from PIL import Image

found = []
for pattern in ("*.webp", "*.bmp", "*.tif"):
    found += [Image.open(path).convert("RGB") for path in Path("scans").glob(pattern)]
if not found:
    raise ValueError("no scans")
assert Image.open("scans/plan.tiff").format == "TIFF"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_script_that_trains_nothing_as_it_finds_no_pictures_has_not_failed(run: Run) -> None:
    loop = LOOP.replace("for step in range(20)", 'for path in Path("pictures").glob("*.png")')
    text = HEAD + "from pathlib import Path\n" + loop + SAVE
    assert run(text, "--no-made-up-rows").exit == 3
    assert run(text).exit == 0


def test_a_data_set_of_nothing_is_for_want_of_what_was_looked_for(run: Run) -> None:
    text = """\
from glob import glob
import torch

torch.utils.data.DataLoader(sorted(glob("/polyps/masks/*.jpg")), shuffle=True)
"""
    assert "file not found: /polyps/masks/*.jpg" in run(text + KEPT).json["reason"]


def test_folders_that_a_script_goes_on_without_are_there_for_a_data_set_of_nothing(run: Run) -> None:
    text = """\
from pathlib import Path
from PIL import Image
import torch

found = []
for root in (Path("data/dishes"), Path("data/drinks")):
    if not root.exists():
        continue
    for kind in root.iterdir():
        if kind.is_dir():
            found += [(kind.name, Image.open(path)) for path in kind.glob("*")]
torch.utils.data.DataLoader(found, shuffle=True)
assert not Path("runs").exists(), "nobody goes through it"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_the_pictures_of_a_folder_are_there_by_any_name(run: Run) -> None:
    text = """\
from PIL import Image

for place in range(40):
    Image.open(f"claims/{place * place}_claim.jpg").convert("RGB")
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_what_python_itself_opens_as_a_sound_is_one(run: Run) -> None:
    text = """\
import csv, os, wave

with open("corpus/train.tsv") as file:
    rows = list(csv.DictReader(file, delimiter="\\t"))
for row in rows:
    with wave.open(os.path.join("corpus/clips", row["path"]), "rb") as sound:
        assert sound.getsampwidth() == 2, row["sentence"].strip()
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_files_that_the_script_knows_by_name_are_not_moved_into_folders_of_classes(run: Run) -> None:
    """Though none of their rows was kept."""
    text = """\
import csv, os
import torch

with open("clips/metadata.csv") as file:
    rows = [row for row in csv.DictReader(file) if os.path.exists("clips/" + row["file_name"])]
torch.utils.data.DataLoader([row for row in rows if len(row["speaker"]) > 5000], shuffle=True)
"""
    ran = run(text + KEPT)
    moved = [said for said in ran.json["after"]["neutralised"] if said.startswith("data file clips/") and "/0/" in said]
    assert not moved


FACES = """
from pathlib import Path
from PIL import Image

faces = [Image.open(path).resize((8, 8)) for path in Path("faces").iterdir()]
if not faces:
    raise ValueError("no faces")
"""


def test_what_is_opened_as_a_picture_is_one(run: Run) -> None:
    ran = run(FACES + KEPT)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))


def test_pictures_that_were_read_are_not_moved_for_what_is_made_of_a_models_answer(run: Run) -> None:
    text = """
ids = torch.tensor([face.size for face in faces])
loss, maps, entropy, penalty = model(input_ids=ids, labels=ids, return_dict=False)
"""
    ran = run(HEAD + FACES + text + SAVE)
    assert "train.py:17: ValueError: not enough values to unpack" in ran.json["reason"]
    made = [said for said in ran.json["after"]["neutralised"] if said.startswith("data file faces/")]
    assert made
    assert not any(said.startswith("data file faces/0/") for said in made)


def test_sounds_are_not_too_short_for_scripts_that_leave_out_such(run: Run) -> None:
    text = """\
from pathlib import Path
import wave

def seconds(path):
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate()

assert all(1 < seconds(path) < 30 for path in sorted(Path("calls").glob("*.wav")) or [Path("calls/0.wav")])
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "passed over" not in str(ran.json["after"]["lacking"])


BY_STEM = """\
import json
from pathlib import Path
from PIL import Image

root, rows = Path(json.load(open("settings.json"))["data"]["root"]), []
for label in sorted((root / "labels").glob("*.json")):
    record = json.loads(label.read_text())
    picture = next(iter((root / "images").glob(label.stem + ".*")), None)
    if picture is not None:
        rows.append((picture, {name: record.get(name) for name in ("store", "data_dir")}))
print(Image.open(rows[0][0]).size)
"""


def test_pictures_of_any_suffix_lie_beside_their_records(run: Run, tmp_path: Path) -> None:
    """A record may name what settings name, too: the one is not made up for the other without end."""
    (tmp_path / "settings.json").write_text('{"data": {"root": "receipts"}}')
    ran = run(BY_STEM + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_pictures_to_test_on_are_there_once_a_loader_turns_out_to_have_none(run: Run) -> None:
    text = """\
import glob
from PIL import Image

class Pictures(torch.utils.data.Dataset):
    def __init__(self, folder):
        self.images = [Image.open(path) for path in glob.glob(os.path.join(folder, "*.png"))]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, place):
        return torch.randint(0, 100, (8,))

loader = torch.utils.data.DataLoader(Pictures("data/train"), batch_size=2, shuffle=True)
tests = torch.utils.data.DataLoader(Pictures("data/test"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for ids in loader:
    model(input_ids=ids, labels=ids).loss.backward()
    optimizer.step()
print(sum(len(ids) for ids in tests) / len(tests))
"""
    ran = run(HEAD + text + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    assert not any(PASSED_OVER in said for said in lacking(ran))
