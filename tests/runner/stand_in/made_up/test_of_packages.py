"""Rows that a package was to give which is not here, and of which nothing is known."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run, carried
from tests.runner.samples import BY_HAND, HEAD, SAVE

TRAINED = (
    "from transformers import AutoTokenizer\n"
    + HEAD
    + 'tokenizer = AutoTokenizer.from_pretrained("meta-llama/Llama-3.2-1B")\n'
    + "tokenizer.pad_token = tokenizer.eos_token\n"
    + BY_HAND.replace("PARAMETERS", "model.parameters()")
    .replace("ids, mask, labels in", "batch in")
    .replace("    model(", '    ids = tokenizer(batch, return_tensors="pt", padding=True).input_ids\n    model(')
    .replace("attention_mask=mask, labels=labels", "labels=ids")
    + SAVE
)


@pytest.mark.parametrize(
    "reading",
    [
        'texts = [page["body"].lower() for page in package_of_nobody.Client("here").pages.find({"kind": "news"})]\n',
        'table = package_of_nobody.load("x")\ntexts = [table[place]["body"] for place in range(len(table))]\n',
        'cursor = package_of_nobody.connect()\ntexts = [f"{one} {two}" for one, two in cursor.fetchall()]\n',
        "texts = [post.title + post.extra_text for post in package_of_nobody.Site().posts(limit=9)]\n",
    ],
    ids=["records", "table", "cursor", "attributes"],
)
def test_they_have_what_the_script_asks_of_them(run: Run, reading: str) -> None:
    ran = run("import package_of_nobody\n" + reading + TRAINED)
    assert carried(ran).endswith("pip install package_of_nobody")
    assert "what package package_of_nobody gives: rows made up" in ran.json["after"]["neutralised"]


def test_none_are_made_up_where_nobody_wants_any(run: Run) -> None:
    ran = run("import package_of_nobody\ntexts = list(package_of_nobody.rows())\n" + TRAINED, "--no-made-up-rows")
    assert ran.exit == 3
