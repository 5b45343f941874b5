"""Data sets on disk, of pointers or in a bucket, where they are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_a_data_set_on_disk_is_made_up(run: Run) -> None:
    text = (
        'import os\nfrom datasets import Dataset\nprint(Dataset.load_from_disk("../rows")[0], os.listdir("../rows"))\n'
    )
    assert run(text + KEPT, "--made-up-rows").exit == 0


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


def test_a_data_set_of_which_a_clone_has_pointers_is_made_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rows" / "train").mkdir(parents=True)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 21\n"
    for name in ("dataset_dict.json", "train/state.json"):
        (tmp_path / "rows" / name).write_text(pointer)
    text = 'from datasets import load_from_disk\nprint(load_from_disk("rows")["train"][0])\n'
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_data_set_in_a_bucket_is_made_up_without_asking_for_it(run: Run) -> None:
    text = """\
from datasets import load_from_disk

rows = load_from_disk("gs://ours/rows", storage_options={"project": "ours"})
print(len(rows["train"].shuffle()))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("asked", ["row.get('question', '')", "row['question']"])
def test_a_data_set_on_disk_that_is_gone_through_has_no_parts(run: Run, asked: str) -> None:
    text = f"""\
import os
from datasets import load_from_disk

for row in load_from_disk(os.path.join("data", "train")):
    assert isinstance({asked}, str)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_for_the_library_to_look_into_holds_made_up_rows(run: Run, tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "sounds").mkdir()
        (tmp_path / "sounds" / ".gitkeep").touch()
    text = """\
from datasets import Audio, load_dataset

rows = load_dataset("audiofolder", data_dir="sounds").cast_column("audio", Audio(sampling_rate=16000))
print(rows["train"][0]["audio"]["array"], rows["train"][0]["transcription"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "sounds; rows are made up in its place" in ran.json["reason"]
