"""Questions at a terminal."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

from lora_lint_runner.child.stand_in.questions import answers


def test_a_question_that_names_its_answers_is_answered(run: Run) -> None:
    text = """\
if input("Do you want to continue? (yes/no): ").strip() != "yes":
    raise SystemExit("stopped")
while input("Another one? [y/N] ") == "y":
    print("one more")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    said = 'the script asks "Do you want to continue? (yes/no):": answered with "yes"'
    assert said in ran.json["after"]["neutralised"]


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Overwrite? [y/N] ", ["y", "N"]),
        ("Proceed y/n: ", ["y", "n"]),
        ("Mode ('lora' or 'full'): ", ["lora", "full"]),
        ("1) LoRA\n2) full\nWhich one? ", ["1", "2"]),
        ("Pick a model (1-4): ", ["1"]),
        ("Press Enter to continue...", [""]),
        ("Learning rate [default: 1e-4]: ", [""]),
        ("Name of the run: ", []),
        ("Path of the data (see README.md): ", []),
    ],
)
def test_answers_that_a_prompt_names(prompt: str, named: list[str]) -> None:
    assert answers(prompt) == named
