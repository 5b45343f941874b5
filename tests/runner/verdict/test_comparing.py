"""What was predicted at a save site, held against what was written there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lora_lint_runner.verdict.comparing import compare
from lora_lint_runner.verdict.files import same_place

FILES = ["adapter_config.json", "adapter_model.safetensors"]


def judged(
    tmp_path: Path,
    written: dict[str, list[str]],
    *,
    anywhere: bool = False,
    files: list[str] = FILES,
    sure: bool = True,
) -> str:
    """The verdict on a save that was predicted to write an adapter, or other files, into `out`."""
    spot = {"filename": "train.py", "row": 9, "end_row": 9, "column": 1, "cell": None}
    prediction = {"directories": {"out": files}, "sure": sure, "adapter": True, "trained_in": ["out"], "hub": False}
    trace: dict[str, Any] = {"sites": [{**spot, "predictions": [prediction]}]}
    save = {**spot, "id": 1, "error": None, "files": {str(tmp_path / place): names for place, names in written.items()}}
    (site,) = compare(trace, [save], tmp_path, lambda name, cell, row: (name, row), anywhere=anywhere)
    return site.verdict


def test_what_other_settings_say_of_the_place_speaks_not_against_the_prediction(tmp_path: Path) -> None:
    assert judged(tmp_path, {"elsewhere": FILES}, anywhere=False) == "contradicted"
    assert judged(tmp_path, {"elsewhere": FILES}, anywhere=True) == "confirmed"


def test_what_is_written_has_to_be_what_was_predicted_all_the_same(tmp_path: Path) -> None:
    assert judged(tmp_path, {"elsewhere": ["model.safetensors"]}, anywhere=True) == "contradicted"
    assert judged(tmp_path, {"out": FILES}, anywhere=False) == "confirmed"


def test_a_model_of_an_unsure_class_may_be_one_that_generates(tmp_path: Path) -> None:
    model = ["config.json", "model.safetensors"]
    written = {"out": [*model, "generation_config.json"]}
    assert judged(tmp_path, written, files=model, sure=False) == "confirmed"
    assert judged(tmp_path, written, files=model, sure=True) == "contradicted"
    assert judged(tmp_path, written, files=FILES, sure=False) == "inconclusive"


@pytest.mark.parametrize("seen", ["E:\\work\\out", r"E:\work/out"])
def test_a_path_as_windows_writes_it_is_the_one_that_was_predicted(seen: str) -> None:
    assert same_place("E:/work/out", seen)
    assert not same_place("E:/work/other", seen)
