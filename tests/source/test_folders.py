"""Where a project begins, told by the files in its folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint.source.folders import root_above


@pytest.mark.parametrize(
    ("name", "text", "begins"),
    [
        ("setup.py", "from setuptools import setup\nsetup()\n", "tasks"),
        ("setup.py", "def set_up(model):\n    return model\n", "train"),  # a module like any other
        ("setup.cfg", "", "tasks"),
    ],
)
def test_a_project_begins_where_it_is_built(tmp_path: Path, name: str, text: str, begins: str) -> None:
    tasks = tmp_path / "train" / "tasks"
    tasks.mkdir(parents=True)
    (tasks / name).write_text(text)
    assert Path(root_above(str(tasks), given=str(tmp_path / "train"))).name == begins
