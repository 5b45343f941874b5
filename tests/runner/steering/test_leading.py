"""Saves to which a loop leads by functions of other modules of the project: they are waited for as its own are."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import HEAD, LOOP

from lora_lint_runner.child.steering.leading import Leads

SAVING = """\
def save_checkpoint(model, folder):
    write(model, folder)

def write(model, folder):
    model.save_pretrained(folder)

class Keeper:
    def keep(self, model):
        write(model, "kept")

def load(folder):
    return folder
"""


@pytest.mark.parametrize(
    ("imported", "called", "leads"),
    [
        ("from saving import save_checkpoint", "save_checkpoint(model, 'o')", True),
        ("from .saving import save_checkpoint as save", "save(model, 'o')", True),
        ("import project.saving as s", "s.save_checkpoint(model, 'o')", True),
        ("from saving import Keeper", "Keeper().keep(model)", True),
        ("from saving import load", "load('o')", False),
        ("from reading import keep", "keep(model)", True),  # a package may hand it on
        ("import reading", "reading.keep(model)", False),
    ],
)
def test_what_a_loop_leads_to(tmp_path: Path, imported: str, called: str, leads: bool) -> None:
    (tmp_path / "saving.py").write_text(SAVING)
    tree = ast.parse(f"{imported}\nfor step in range(9):\n    {called}\n")
    site = (str(tmp_path / "saving.py"), 5, 5)
    assert Leads(tree, str(tmp_path / "train.py"), [site]).sites(tree.body[1]) == ([site] if leads else [])


def test_one_that_waits_for_a_later_step_is_reached(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saving.py").write_text(SAVING)
    text = f"import saving\n{HEAD}{LOOP}    if step == 15:\n        saving.save_checkpoint(model, 'out')\n"
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["out"]
