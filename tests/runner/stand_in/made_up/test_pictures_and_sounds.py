"""Pictures and sounds in the rows of data sets: in folders, in manifests, decoded or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT


def test_pictures_in_folders_of_the_users_own(run: Run, tmp_path: Path) -> None:
    for label in ("fern", "moss"):
        (tmp_path / "plants" / "all" / label).mkdir(parents=True)
        pytest.importorskip("PIL.Image").new("RGB", (8, 8)).save(tmp_path / "plants" / "all" / label / "0.jpg")
    text = """\
from datasets import load_dataset

rows = load_dataset("imagefolder", data_dir="plants/all", split="train")
assert sorted(rows.features["label"].names) == ["fern", "moss"]
"""
    assert run(text).json["after"]["error"] is None


def test_sounds_of_streams_are_not_decoded(run: Run) -> None:
    text = """\
from datasets import Audio, IterableDatasetDict, load_dataset

parts = IterableDatasetDict()
parts["train"] = load_dataset("mozilla-foundation/common_voice_11_0", "hi", split="train", streaming=True)
parts = parts.cast_column("audio", Audio(sampling_rate=16000))
assert next(iter(parts["train"]))["audio"]["sampling_rate"] == 16000
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_paths_of_a_manifest_that_are_cast_to_sounds_or_pictures_are_read_as_such(run: Run) -> None:
    text = """\
from datasets import Audio, Image, load_dataset

parts = load_dataset("json", data_files={"train": "manifest.jsonl"})
parts = parts.cast_column("audio_filepath", Audio(sampling_rate=16000)).cast_column("page_file", Image())
row = parts["train"][0]
assert len(row["audio_filepath"]["array"]) > row["audio_filepath"]["sampling_rate"] // 4
assert row["page_file"].convert("RGB").size
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_sounds_are_decoded_as_both_kinds_of_releases_do(run: Run) -> None:
    text = """\
from datasets import Audio, load_dataset

rows = load_dataset("mozilla-foundation/common_voice_11_0", "hi", split="train")
rows = rows.cast_column("audio", Audio(sampling_rate=16000))
sound = rows.map(lambda row: {"peak": row["audio"]["array"].max()})[0]["audio"]
assert sound["array"].ndim == 1 and sound.get_all_samples().data.shape[0] == 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_sound_whose_rate_stands_beside_it_is_no_record(run: Run) -> None:
    text = """\
from datasets import load_from_disk

for row in load_from_disk("spoken"):
    assert row["sampling_rate"] == 16000 and max(row["audio"]) < 1
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
