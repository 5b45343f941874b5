"""The table next to Ruff: every row that names a command is shown by it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from command_samples import BAD, GOOD, ROOT, Said, notebook

Lint = Callable[..., Said]

PAGE = (ROOT / "docs/features.md").read_text(encoding="utf-8")
ROWS = [(row[1], int(row[2])) for row in re.finditer(r"\| `(lora-lint[^`]*)` \| (\d) \|$", PAGE, re.MULTILINE)]


@pytest.fixture
def project(folder: Path) -> Path:
    (folder / "train.py").write_text(BAD)
    (folder / "clean.py").write_text(GOOD)
    (folder / "explore.ipynb").write_text(notebook(BAD))
    (folder / "notes.md").write_text(f"# Notes\n\n```python\n{BAD}```\n")
    (folder / "suppressed.py").write_text(BAD.replace('"out")', '"out")  # noqa: LL101'))
    (folder / "unused.py").write_text(GOOD.replace('"out")', '"out")  # noqa: LL101'))
    (folder / "steps.py").write_text("def keep(model):\n    model.merge_and_unload().save_pretrained('out')\n")
    lines = BAD.splitlines()[:-2]
    (folder / "calls.py").write_text("\n".join(["from steps import keep", *lines, "keep(model)", ""]))
    return folder


def test_most_rows_are_shown_by_a_command() -> None:
    assert len(ROWS) > 30


@pytest.mark.parametrize(("command", "code"), ROWS, ids=[command for command, _ in ROWS])
def test_the_command_does_what_the_row_says(
    project: Path, lint: Lint, program: Callable[..., Said], command: str, code: int
) -> None:
    arguments = shlex.split(command)[1:]
    if "<" in arguments:
        said = program(*arguments[: arguments.index("<")], stdin=(project / arguments[-1]).read_bytes())
    else:
        said = lint(*arguments)
    assert said.code == code, said.out + said.err
