"""Rows that a file holds below names which the script knows, each with rows of its own."""

from __future__ import annotations

import ast

import pytest
from tests.runner.conftest import PASSED_OVER, Run, lacking
from tests.runner.samples import KEPT

from lora_lint_runner.child.reading import asked_settings

READS = {
    "names of an option of its own, in a pickle": """\
import pickle
from dataclasses import dataclass

@dataclass
class Options:
    voices: tuple = ("formal", "casual")

def prepare(pairs):
    return [pair["ask"] + pair["answer"] for pair in pairs]

with open("voices.pkl", "rb") as file:
    held = pickle.load(file)
for voice in Options().voices:
    assert len(prepare(held[voice])) > 1
""",
    "names that nobody can read": """\
import json, os

held = json.load(open("voices.json"))
for voice in os.environ.get("VOICES", "formal,casual").split(","):
    pairs = held[voice]
    assert len([pair["ask"] + pair["answer"] for pair in pairs]) > 1
""",
    "names that are asked for in what was made of each, in a folder that is set elsewhere": """\
import json, os

with open(os.path.join(os.environ["DATA_DIR"], "splits.json")) as file:
    splits = {name: set(map(str, ids)) for name, ids in json.load(file).items()}
assert splits["train"] and splits["dev"]
""",
    "one row below each of them": """\
import json, os

held = json.load(open("voices.json"))
for voice in os.environ.get("VOICES", "formal,casual").split(","):
    row = held[voice]
    assert row["ask"] + row["answer"]
""",
}


@pytest.mark.parametrize("reads", READS.values(), ids=READS)
def test_a_file_has_rows_below_each_of_these(run: Run, reads: str) -> None:
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not any(PASSED_OVER in text for text in lacking(ran))


def test_names_that_are_handed_to_a_function_are_known_there() -> None:
    script = 'held = json.load(open("all.json"))\ndef train(name):\n'
    script += '    for row in held[name]:\n        print(row["ask"])\n'
    script += 'for each in ["formal", "casual"]:\n    train(each)\n'
    assert asked_settings.asked([ast.parse(script)]) == {"formal": "list", "casual": "list"}
