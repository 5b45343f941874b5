"""What git says of a project that is no repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from lora_lint_runner.child.guard.no_repository import answer


@pytest.fixture
def project(tmp_path: Path) -> str:
    for name in ("train.py", "tests/test_it.py", "notes.md", ".venv/seed.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("git ls-files *.py", "tests/test_it.py\ntrain.py"),
        ("git ls-files", "notes.md\ntests/test_it.py\ntrain.py"),
        ("git ls-files -z tests", "tests/test_it.py"),
        ("git -C tests ls-files", "test_it.py"),
        ("git status --porcelain", ""),
        ("git rev-parse HEAD", "0" * 40),
        ("git rev-parse --abbrev-ref HEAD", "main"),
        ("git branch --show-current", "main"),
    ],
)
def test_it_has_one_commit_of_all_that_lies_there(command: str, said: str, project: str) -> None:
    assert answer(command.split(), project) == said
