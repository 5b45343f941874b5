"""A save that was not reached is told with the test that it hangs on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

from lora_lint_runner.verdict.guarding import Guard, guard_of

SAVED = 'model.save_pretrained("out")'


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        (f"if push:\n    {SAVED}\n", Guard("if push", 1)),
        (f"if a:\n    if b == 'x' and c:\n        {SAVED}\n", Guard("if b == 'x' and c", 2)),
        (f"if a:\n    pass\nelif b:\n    {SAVED}\n", Guard("if b", 3)),
        (f"if a:\n    pass\nelse:\n    {SAVED}\n", Guard("the else of if a", 1)),
        (f"try:\n    train()\nexcept KeyboardInterrupt:\n    {SAVED}\n", Guard("except KeyboardInterrupt", 3)),
        (f"if a:\n    def save():\n        {SAVED}\n", None),  # which is called elsewhere
        (f'if __name__ == "__main__":\n    {SAVED}\n', None),
        (f"if a:\n    for epoch in range(3):\n        {SAVED}\n", Guard("if a", 1)),
        (f"if {'x' * 80}:\n    {SAVED}\n", Guard(f"if {'x' * 60} ...", 1)),
        (SAVED, None),
    ],
)
def test_the_innermost_test_around_a_line(text: str, guard: Guard | None) -> None:
    row = text.split("\n").index(next(line for line in text.split("\n") if SAVED in line)) + 1
    assert guard_of(text, row) == guard


def test_it_is_told_with_its_line(run: Run) -> None:
    text = KEPT + 'if os.environ.get("NEVER"):\n    model.save_pretrained("never")\n'
    row = KEPT.count("\n") + 1
    ran = run(text, form="text")
    said = f"not reached in this run: the save at line {row + 1}, under `if os.environ.get('NEVER')` (line {row})"
    assert said in ran.out


def test_in_a_notebook_it_is_told_by_its_cell(run: Run, tmp_path: Path) -> None:
    cells = [KEPT, 'push = os.environ.get("NEVER")\nif push:\n    model.save_pretrained("never")']
    book = {
        "cells": [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (tmp_path / "train.ipynb").write_text(json.dumps(book))
    ran = run(None, name="train.ipynb")
    assert [site["guard"] for site in ran.json["sites"]] == [None, {"text": "if push", "row": 2, "cell": 2}]
