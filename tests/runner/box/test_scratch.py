"""The copy of a project that a run writes into: what is in it, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.runner.samples import KEPT

from lora_lint_runner.box import scratch

Run = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text("import parts\n")
    (folder / "parts.py").write_text("")
    return folder


def laid_out(project: Path, *laid: str) -> tuple[set[str], list[str]]:
    """The names in a copy, and its notes."""
    target = project.parent / "copy"
    copied = scratch.copy(project, target, [project / "train.py"], laid)
    return {path.name for path in target.iterdir()}, copied.notes


def test_of_a_folder_of_many_files_all_are_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "COPIES", 3)
    for number in range(5):
        (project / f"a{number}.txt").write_text("row")
    names, notes = laid_out(project)
    assert {f"a{number}.txt" for number in range(5)} < names
    assert notes == []
    assert (project.parent / "copy" / "a4.txt").is_symlink()  # more than are copied: a link serves


def test_what_is_imported_comes_first_and_what_is_cut_off_is_said(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "ENTRIES", 3)
    for number in range(5):
        (project / f"a{number}.txt").write_text("row")
    names, notes = laid_out(project, "a4.txt")
    assert names == {"train.py", "parts.py", "a0.txt", "a4.txt"}
    assert notes == [f"{project}: 4 of its 7 entries are left out of the copy"]


@pytest.mark.parametrize("name", ["env", "venv", ".cache", "build"])
def test_a_folder_is_the_users_own_whatever_its_name(project: Path, name: str) -> None:
    (project / name).mkdir()
    assert name in laid_out(project)[0]


def test_an_environment_is_told_by_what_lies_in_it(project: Path) -> None:
    (project / "py311").mkdir()
    (project / "py311" / "pyvenv.cfg").write_text("")
    assert laid_out(project) == ({"train.py", "parts.py"}, [])


def test_a_package_that_has_the_name_of_a_tracker_is_a_package(project: Path) -> None:
    for name in ("wandb", "mlruns"):
        (project / name).mkdir()
    (project / "wandb" / "__init__.py").write_text("")
    names, notes = laid_out(project)
    assert "wandb" in names
    assert notes == ["mlruns: left out of the copy"]


@pytest.mark.slow
def test_a_file_of_the_project_that_was_left_out_is_laid_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "rows.txt").write_text("rows")
    assert run("rows = open('mlruns/rows.txt').read()\n" + KEPT).json["verdict"] == "confirmed"
