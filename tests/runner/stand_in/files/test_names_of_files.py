"""Made-up files have names from which a script can read what it reads from them."""

from __future__ import annotations

import ast
import re
from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.reading.example_of import example_of
from lora_lint_runner.child.reading.files.name_parts import name_parts
from lora_lint_runner.child.stand_in.made_up.cells import kinds
from lora_lint_runner.child.stopped.retries.data import paths

TAKEN = {
    "a part by its place, which a table knows": (
        (
            'EMOTIONS = {"01": "calm", "02": "angry"}\nfor path in Path("speech").rglob("*.wav"):\n'
            '    told = EMOTIONS[path.stem.split("-")[2]]\n'
        ),
        r"\d+-\d+-0[12]",
    ),
    "all parts, of which one is looked for later": (
        (
            "def read(folder):\n    for name in os.listdir(folder):\n"
            '        actor, sentence, mood = os.path.splitext(name)[0].split("_")\n'
            '        if mood not in ("ANG", "SAD"):\n            continue\n        int(actor)\n'
        ),
        r"\d+_\d+_(ANG|SAD)",
    ),
    "the last part": (
        'files = sorted(glob.glob("x/*.jpg"))\nints = [int(f.split("/")[-1][:-4].split("_")[-1]) for f in files]\n',
        r"\d+_\d+",
    ),
    "in a function of the script's own": (
        'def label(path):\n    return int(path.name.split("_")[1])\nfor p in root.iterdir():\n    label(p)\n',
        r"\d+_\d+",
    ),
    "a regular expression": (
        (
            'FORM = re.compile(r"^spk(\\d+)_(m|f)\\.wav$")\nfor root, folders, names in os.walk("x"):\n'
            "    for name in names:\n        FORM.match(name).group(1)\n"
        ),
        r"spk\d+_[mf]",
    ),
    "a regular expression for what is before the suffix": (
        (
            'FORM = re.compile(r"^(?P<part>.+)\\.(?P<lang>[a-z]{2})$")\nfor path in Path("x").rglob("*"):\n'
            '    FORM.match(path.stem)["lang"]\n'
        ),
        r".+\.[a-z]{2}",
    ),
    "words": (
        'WORDS = ["cat", "dog"]\nfor name in os.listdir("x"):\n    kind = next(w for w in WORDS if w in name)\n',
        r"(cat|dog)_\d",
    ),
    "words that a function is given, of which a name has one each": (
        (
            'TOPICS = ["laptop", "restaurant"]\ndef load(topic, part):\n    for path in Path("x").glob("*.xml"):\n'
            "        name = path.stem.lower()\n        if topic in name and part in name:\n            read(path)\n"
            'train = {t: load(t, "train") for t in TOPICS}\ntest = {t: load(t, part="test") for t in TOPICS}\n'
        ),
        r"(laptop|restaurant)_(train|test)_\d",
    ),
}


@pytest.mark.parametrize(("script", "form"), TAKEN.values(), ids=TAKEN.keys())
def test_names_have_the_parts_that_are_taken(script: str, form: str) -> None:
    stems = name_parts([ast.parse(script)]).stems()
    assert len(set(stems)) == len(stems) == 8
    assert all(re.fullmatch(form, stem) for stem in stems)


def test_names_of_which_nothing_is_taken_are_plain() -> None:
    script = 'for p in root.glob("*.txt"):\n    words = p.read_text().split("-")[2]\n    print(p.name.split(".")[0])\n'
    assert not name_parts([ast.parse(script)]).stems()


@pytest.mark.parametrize("pattern", [r"img_(\d{3,})", r"^[A-Za-z]+-(?P<who>\w+)\.(wav|mp3)$", r"[^_]+_(a|b)?\d+x*"])
def test_a_text_that_a_regular_expression_matches(pattern: str) -> None:
    found = {example_of(pattern, place) for place in range(4)}
    assert all(name and re.search(pattern, name) for name in found)
    assert len(found) > 1


def test_of_no_regular_expression_there_is_none() -> None:
    assert example_of("(", 0) is None
    assert example_of(r"^$", 0) is None


def test_files_lie_in_every_folder_that_another_column_names() -> None:
    cells = {"anna reads": "teller", "otto reads": "teller", "take-1": "take"}
    run: Any = SimpleNamespace(met=SimpleNamespace(cells=cells))
    eight = list(range(kinds.PATHS))
    found = {home: [*places] for home, places in paths._homes(run, "clips/otto reads")}
    assert found == {"clips/anna reads": eight, "clips/otto reads": eight}
    cells.update({f"{place} reads": "teller" for place in range(16)})  # too many: one for the row that each stands in
    assert {len([*places]) for _, places in paths._homes(run, "clips/otto reads")} == {1}
    assert [*dict(paths._homes(run, "clips"))] == ["clips"]


def test_groups_hold_what_is_named() -> None:
    heading = r"^>(?P<id>[A-Z0-9]+)\s+(?P<place>[A-Za-z.]+?)(?:-(?P<form>[MS]))?$"
    found = example_of(heading, 0, named={"place": "Cell.membrane"})
    assert found is not None
    assert re.match(heading, found)["place"] == "Cell.membrane"  # type: ignore[index]
    assert example_of(heading, 0, named={"place": "12"}) == example_of(heading, 0)


def test_a_mark_that_may_lack_does_in_some() -> None:
    found = {example_of(r"^#\d+(?:\s+(?P<part>test))?$", place) or "" for place in range(8)}
    assert {text.endswith(" test") for text in found} == {True, False}


def test_what_is_no_word_and_no_digit_is_something() -> None:
    assert re.fullmatch(r"(lgtm|nit)\W+\D", example_of(r"^(lgtm|nit)\W+\D$", 0) or "")
