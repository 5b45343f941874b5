"""Which folder a run gets a copy of."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint_runner.box.project import project_of


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A script in a folder of a folder that nothing marks."""
    (tmp_path / "work" / "scripts").mkdir(parents=True)
    path = tmp_path / "work" / "scripts" / "train.py"
    path.write_text("import peft\n")
    return path


def test_a_script_that_nothing_surrounds_has_its_own_folder(script: Path) -> None:
    assert project_of(script, Path("/")) == script.parent


def test_where_it_is_started_from_is_its_project(script: Path) -> None:
    assert project_of(script, script.parents[1]) == script.parents[1]


@pytest.mark.parametrize("mark", [".git", "pyproject.toml"])
def test_a_file_marks_a_project(script: Path, mark: str) -> None:
    (script.parents[1] / mark).mkdir()
    assert project_of(script, script.parent) == script.parents[1]


@pytest.mark.parametrize(
    "line",
    [
        'open("../data/rows.jsonl")',
        'sys.path.append("..")',
        "root = Path(__file__).resolve().parent.parent",
        "root = Path(__file__).parents[1]",
        "sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))",
    ],
)
def test_what_a_script_reaches_above_itself_is_its_project_too(script: Path, line: str) -> None:
    script.write_text(f"{line}\n")
    assert project_of(script, script.parent) == script.parents[1]


def test_a_folder_of_its_own_is_not_above_it(script: Path) -> None:
    script.write_text('here = Path(__file__).parent\nprint("...", "..and so on")\n')
    assert project_of(script, script.parent) == script.parent


def test_home_is_nobodys_project(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: script.parents[1])
    script.write_text('open("../data/rows.jsonl")\n')
    (script.parents[1] / "pyproject.toml").write_text("")
    assert project_of(script, script.parent) == script.parent
