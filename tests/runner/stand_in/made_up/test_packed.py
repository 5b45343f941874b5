"""Files of a form of the script's own are what it takes apart by `struct`."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.met import Met
from lora_lint_runner.child.reading import hints
from lora_lint_runner.child.stand_in.made_up.files import packed

HEADED = """\
import struct
import numpy as np

HEADER = struct.Struct("<4sHHIf")


def read(path):
    with open(path, "rb") as file:
        magic, channels, version, samples, rate = HEADER.unpack(file.read(HEADER.size))
        if magic != b"EMG2" or version not in (3, 4):
            raise ValueError(path)
        row = np.dtype([("x", "<i2", (channels,)), ("label", "u1")])
        body = np.frombuffer(file.read(samples * row.itemsize), dtype=row)
    return body["x"], body["label"], rate
"""
RECORDS = """\
import struct


def read(path):
    found = []
    with open(path, "rb") as file:
        while True:
            head = file.read(6)
            if len(head) < 6:
                return found
            length, label = struct.unpack("<IH", head)
            found.append((file.read(length).decode("utf-8"), label))
"""
COUNTED = """\
import struct


def read(path):
    with open(path, "rb") as file:
        (count,) = struct.unpack("<I", file.read(4))
        found = []
        for _ in range(count):
            width, kind = struct.unpack("<HB", file.read(3))
            found.append((struct.unpack("<2f", file.read(8)), file.read(width), kind))
        return found
"""
ORDERED = """\
import struct
import numpy as np


def read(path):
    with open(path, "rb") as file:
        magic, count, rows, cols = struct.unpack(">IIII", file.read(16))
        assert magic == 2051
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(count, rows, cols)
"""


def made(script: str, folder: Path, name: str) -> Any:
    """What the script reads of a file that was made up for it."""
    path = folder / "train.py"
    path.write_text(script)
    found = hints.read(str(path), str(folder))
    run: Any = SimpleNamespace(hints=found, spec=SimpleNamespace(learned={}), met=Met(), made_up=True)
    assert packed.is_one(run, str(folder / name))
    packed.write(run, str(folder / name))
    spec = importlib.util.spec_from_file_location("train", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.read(folder / name)


def test_a_header_says_what_follows_it(tmp_path: Path) -> None:
    values, labels, rate = made(HEADED, tmp_path, "hand.emg")
    assert len(values) == len(labels) > 1000
    assert values.shape[1] > 1
    assert rate > 1000
    assert set(labels.tolist()) == {0, 1}


@pytest.mark.parametrize("script", [RECORDS, COUNTED])
def test_records_come_to_the_end_of_the_file(script: str, tmp_path: Path) -> None:
    found = made(script, tmp_path, "calls.dat")
    assert len(found) > 10
    assert {kind for *_, kind in found} == {0, 1}


def test_texts_can_be_read(tmp_path: Path) -> None:
    texts = [text for text, _ in made(RECORDS, tmp_path, "calls.dat")]
    assert all(len(text.split()) > 3 for text in texts)


def test_all_that_is_left_has_the_order_that_the_numbers_say(tmp_path: Path) -> None:
    assert made(ORDERED, tmp_path, "train-images-idx3-ubyte").ndim == 3


def test_what_a_name_tells_is_of_that_form(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(HEADED)
    run: Any = SimpleNamespace(hints=hints.read(str(path), str(tmp_path)), spec=SimpleNamespace(learned={}))
    assert not packed.is_one(run, "labels.csv")
    assert not packed.is_one(run, "recordings")
