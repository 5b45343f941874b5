"""Scripts that end by themselves for want of rows: another attempt goes on past the branch in which they do."""

from __future__ import annotations

import ast

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import BY_TRAINER, HEAD, READS, SAVE

from lora_lint_runner.child.steering.leaving import leaves

MAIN = HEAD + "\nimport sys\n" + READS
PARSED = """\
texts = [price for price in frame["price"] if price.startswith("EUR ") and price.endswith(" net")]
"""


def indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.split("\n")[:-1])


@pytest.mark.slow
def test_a_main_function_that_returns_for_want_of_rows(run: Run) -> None:
    early = "if not texts:\n    print('nothing to learn')\n    return 2\n"
    text = HEAD + "import sys\n" + READS + "\ndef main():\n" + indented(PARSED + early + BY_TRAINER + SAVE)
    ran = run(text + "\nsys.exit(main())\n")
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]


@pytest.mark.slow
@pytest.mark.parametrize("code", [0, 1])
def test_a_script_that_ends_itself_as_there_are_too_few(run: Run, code: int) -> None:
    early = f"if len(prices) < 5000:\n    print('too few')\n    sys.exit({code})\n"
    counted = 'prices = sorted(set(frame["price"]))\ntexts = [f"It costs {price}." for price in prices]\n'
    ran = run(MAIN + counted + early + BY_TRAINER + SAVE)
    assert (ran.exit, ran.json["verdict"]) == (0, "confirmed"), ran.json["reason"]
    row = (MAIN + counted).count("\n") + 1
    told = [lack["text"] for lack in ran.json["after"]["lacking"]]
    assert f"train.py:{row}: there are too few of the made-up rows: taken to go on" in told


def test_where_no_rows_are_made_up_the_end_is_the_scripts_own(run: Run) -> None:
    ran = run(HEAD + 'import sys\n\nif len(os.listdir(".")) < 5000:\n    sys.exit(0)\n' + SAVE)
    assert ran.json["verdict"] != "confirmed"


@pytest.mark.parametrize(
    ("branch", "counts"),
    [
        ("if not rows: return", True),
        ("if rows is None or len(rows) < 4: return 1", True),
        ("if frame.empty: raise SystemExit", False),  # what stops it is an error, which is looked at by itself
        ("if frame.empty: sys.exit()", True),
        ("if args.dry_run: return", False),
        ("if not rows: return default(rows)", False),
        ("if not rows: return 1\nelse: train()", False),
    ],
)
def test_which_branches_are_such(branch: str, counts: bool) -> None:
    (found,) = ast.parse(branch).body
    assert isinstance(found, ast.If)
    assert leaves(found) == counts
