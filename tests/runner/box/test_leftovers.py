"""What a run that was killed leaves in the temporary directory."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from lora_lint_runner.box.leftovers import claimed_folder, remove_leftovers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks of this kind on Windows")
LONG_AGO = (1e9, 1e9)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_the_folder_of_a_killed_run_is_removed() -> None:
    folder, lock = claimed_folder()
    (folder / "001-train").mkdir()
    lock.close()  # as the end of its process does
    os.utime(folder, LONG_AGO)
    remove_leftovers()
    assert not folder.exists()


def test_the_folder_of_a_run_that_goes_on_stays() -> None:
    folder, lock = claimed_folder()
    with lock:
        os.utime(folder, LONG_AGO)
        remove_leftovers()
        assert folder.exists()


def test_what_is_no_folder_of_a_run_stays(temporary: Path) -> None:
    strange = temporary / "lora-lint-run-notes"
    strange.mkdir()
    os.utime(strange, LONG_AGO)
    remove_leftovers()
    assert strange.exists()


def test_a_folder_that_has_just_been_made_stays() -> None:
    folder, lock = claimed_folder()
    lock.close()
    remove_leftovers()
    assert folder.exists()
