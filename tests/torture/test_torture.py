"""The long suite in small: every way to put a script into a file and to damage it, on one file each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from tests.torture.mutations import INSERTIONS, MUTATIONS, ROOMS
from tests.torture.trial import analyzed, corrected

ROOT = Path(__file__).parents[2]
FILE = """\
import os


class Kept:
    def save(self, path):
        if path:
            return os.path.join(path, 'a')
"""
SCRIPT = (ROOT / "tests/data/variants/002_save-after-merge_new-name_bad.py").read_text()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("insertion", dict.fromkeys(INSERTIONS), ids=lambda i: i.__name__)
def test_nothing_breaks(insertion, mutation) -> None:  # type: ignore[no-untyped-def]
    chance = Random(7)
    tried = corrected("kept.py", mutation(insertion(FILE, SCRIPT, chance), chance), "")
    assert tried.faults == ()


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_python_around_a_script(room: str) -> None:
    text = room.format(body="    a = 1\n    b = 2", inner="        a = 1\n        b = 2")
    assert analyzed("room.py", text.encode()).python, text


def test_a_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **settings: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("lora_lint.analyze_source", crash)
    assert "ZeroDivisionError" in analyzed("a.py", b"x = 1\n").faults[0]


def test_the_command_in_small() -> None:
    argv = ["--files", "3", "--mutated", "3", "--processes", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", *argv], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "files tried       3" in done.stdout
