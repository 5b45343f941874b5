"""A correction that stands where the script's options do not lead: the script is run once more, with those that do."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import TRAINED

from lora_lint_runner.other_way import learned_of, ways_to

LOST = 'model.merge_and_unload().save_pretrained("merged")'
KEPT = 'model.save_pretrained("out")'
ARGPARSE = "import argparse\nparser = argparse.ArgumentParser()\n"


@pytest.mark.parametrize(
    ("parser", "test", "said"),
    [
        ('parser.add_argument("--merge", action="store_true")', "args.merge", "merge=True"),
        ('parser.add_argument("--no_keep", action="store_false", dest="keep")', "not args.keep", "keep=False"),
        ('parser.add_argument("--form", default="adapter")', 'args.form == "merged"', "form=merged"),
    ],
)
def test_the_way_to_it_is_taken_too(run: Run, parser: str, test: str, said: str) -> None:
    text = f"{ARGPARSE}{parser}\nargs = parser.parse_args()\n{TRAINED}if {test}:\n    {LOST}\nelse:\n    {KEPT}\n"
    ran = run(text)
    assert (ran.exit, len(ran.json["corrected"])) == (0, 1), ran.json["reason"]
    row = text.count("\n") - 2
    assert ran.json["reason"] == f"the adapter files appear; so they do at train.py:{row}, with {said}"
    assert {site["verdict"] for site in ran.json["sites"]} == {"confirmed"}


@pytest.mark.slow
@pytest.mark.parametrize("launch", ["import fire\nfire.Fire(main)\n", "import typer\ntyper.run(main)\n"])
def test_options_of_a_function(run: Run, launch: str) -> None:
    body = "".join(
        f"    {line}\n" for line in [*TRAINED.splitlines(), "if merge:", f"    {LOST}", "else:", f"    {KEPT}"]
    )
    ran = run(f"def main(merge: bool = False):\n{body}\n{launch}")
    assert ran.exit == 0, ran.json["reason"]
    assert ran.json["reason"].endswith("with merge=True")


def test_where_none_of_its_options_lead_nothing_speaks_for_it(run: Run) -> None:
    ran = run(f'{TRAINED}if os.environ.get("MERGE"):\n    {LOST}\nelse:\n    {KEPT}\n')
    assert ran.exit == 3
    assert "did not run, so nothing speaks for it" in ran.json["reason"]


@pytest.mark.parametrize(
    ("test", "body", "orelse"),
    [
        ("a", {"a": True}, {}),
        ("args.on", {}, {"on": False}),
        ("not args.on", {"on": False}, {}),
        ("a and args.on and b > 2", {"a": True}, {}),
        ("a or b", {"a": True}, {}),
        ("not (args.on and a)", {"on": False}, {"a": True}),
        ("args.how == 'whole'", {"how": "whole"}, {}),
        ("how != 'whole'", {}, {"how": "whole"}),
        ("trainer.ready()", {}, {}),
    ],
)
def test_what_a_test_asks_of_options(test: str, body: dict[str, object], orelse: dict[str, object]) -> None:
    text = f"def main():\n    if {test}:\n        one()\n    else:\n        two()\n"
    options = {"a": False, "on": True, "how": "parts"}
    assert (ways_to(text, 3, options), ways_to(text, 5, options)) == (body, orelse)


def test_what_was_learned_before_is_kept() -> None:
    learned = learned_of({"a": True, "on": False, "how": "whole"}, {"arguments": ["file"], "rows": 8})
    known = {"arguments": ["a", "file", "how"], "values": {"how": "whole"}, "off": ["on"]}
    assert learned == {"rows": 8, **known}
