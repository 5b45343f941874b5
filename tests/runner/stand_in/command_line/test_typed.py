"""Command lines that a dataclass or flags describe, read by packages that are not installed here."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT
from tests.runner.stand_in.scripts import FLAGS, INDENTED, MADE, OPTIONS, PACKAGES

GIVEN = "assert (options.epochs, options.lora.rank, options.precision) == (3, 4, Precision.full)\n"


@pytest.mark.parametrize("parse", PACKAGES.values(), ids=PACKAGES.keys())
def test_what_is_required_is_filled_in_and_the_rest_is_as_it_is(run: Run, parse: str) -> None:
    ran = run(OPTIONS + parse + MADE + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any(said.startswith("argument --model_name is required") for said in ran.json["after"]["neutralised"])


@pytest.mark.parametrize("parse", PACKAGES.values(), ids=PACKAGES.keys())
def test_words_are_read_as_the_fields_say(run: Run, parse: str) -> None:
    words = ("--model-name", "x/y", "--epochs=3", "--lora.rank", "4", "--precision", "full")
    ran = run(OPTIONS + parse + GIVEN + KEPT, "--", *words)
    assert ran.exit == 0, ran.json["reason"]


def test_flags_of_absl_have_their_values(run: Run) -> None:
    ran = run("STEPS = 500\n" + FLAGS + INDENTED)
    assert ran.exit == 0, ran.json["reason"]


def test_flags_of_absl_are_read(run: Run) -> None:
    assert run("STEPS = 7\n" + FLAGS + INDENTED, "--", "--steps=7", "--workdir", "out").exit == 0
