"""What is certain of a text with holes."""

from __future__ import annotations

import pytest

from lora_lint.flow.objects.endings import begins_with, ends_with, has_part, is_text
from lora_lint.flow.objects.strings import Atoms
from lora_lint.flow.values import Text
from lora_lint.lifecycle.places import CHECKPOINT_FOLDER

HOLE = ("option", "out")
NAMED: Atoms = (HOLE, "/final")
NUMBERED: Atoms = (HOLE, "/", CHECKPOINT_FOLDER)
PLAIN: Atoms = ("out", "/", CHECKPOINT_FOLDER)


@pytest.mark.parametrize(
    ("atoms", "wanted", "answer"),
    [
        (NAMED, "final", True),
        (NAMED, "al", True),
        (NAMED, "best", False),
        (NAMED, "/runs/final", None),  # the hole may be "/runs"
        (NAMED, "-final", None),
        (NAMED, "final/", None),
        ((HOLE,), "final", None),
        ((HOLE, "/"), "final", None),
        (NUMBERED, "final", False),
        (NUMBERED, "500", None),
        (NUMBERED, "checkpoint-500", None),
        (NUMBERED, "point-500", None),
        (NUMBERED, "epoch-500", False),
        ((HOLE, "/checkpoint-*-merged"), "merged", True),
    ],
)
def test_how_it_ends(atoms: Atoms, wanted: str, answer: bool | None) -> None:
    assert ends_with(atoms, wanted) is answer


def test_it_is_never_what_ends_in_another_way() -> None:
    assert is_text(Text(NAMED), "best") is False
    assert is_text(Text(NAMED), "runs/final") is None
    assert is_text(Text(PLAIN), "out/checkpoint-500") is None
    assert is_text(Text(NAMED, path=True), "best") is None


def test_how_one_without_holes_begins_and_what_is_in_it() -> None:
    assert [begins_with(PLAIN, wanted) for wanted in ("out/check", "final", "out/checkpoint-5")] == [True, False, None]
    assert [begins_with(NUMBERED, wanted) for wanted in ("out", "final")] == [None, None]
    assert [has_part(PLAIN, wanted) for wanted in ("checkpoint", "final", "500")] == [True, False, None]
    assert [has_part(NUMBERED, wanted) for wanted in ("checkpoint", "final")] == [True, None]
