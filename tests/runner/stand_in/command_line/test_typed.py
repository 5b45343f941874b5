"""Command lines that a dataclass or flags describe, read by packages that are not installed here."""

from __future__ import annotations

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

OPTIONS = """\
import dataclasses
import enum
from typing import Literal, Optional

class Precision(enum.Enum):
    half = "half"
    full = "full"

@dataclasses.dataclass
class Lora:
    rank: int = 8
    targets: list[str] = dataclasses.field(default_factory=lambda: ["q_proj"])

@dataclasses.dataclass
class Options:
    model_name: str
    epochs: Optional[int] = None
    precision: Precision = Precision.half
    mode: Literal["sft", "dpo"] = "sft"
    lora: Lora = dataclasses.field(default_factory=Lora)

"""
PACKAGES = {
    "tyro": "import tyro\noptions = tyro.cli(Options)\n",
    "simple_parsing": "import simple_parsing\noptions = simple_parsing.parse(Options)\n",
    "a parser of simple_parsing": (
        "from simple_parsing import ArgumentParser\nparser = ArgumentParser()\n"
        "parser.add_arguments(Options, dest='all')\noptions = parser.parse_args().all\n"
    ),
}
MADE = "assert options.model_name and options.lora.targets == ['q_proj'] and options.precision is Precision.half\n"
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


FLAGS = """\
from absl import app, flags, logging

FLAGS = flags.FLAGS
flags.DEFINE_string("workdir", None, "where to write")
flags.DEFINE_integer("steps", 500, "how many")
KIND = flags.DEFINE_enum("kind", "lora", ["lora", "full"], "what is trained")
flags.mark_flag_as_required("workdir")

def main(argv):
    logging.info("%d steps", FLAGS.steps)
    assert FLAGS.workdir and KIND.value == "lora" and FLAGS.steps == STEPS
    train()

def train():
"""
INDENTED = "".join(f"    {line}\n" for line in KEPT.splitlines()) + "\napp.run(main)\n"


def test_flags_of_absl_have_their_values(run: Run) -> None:
    ran = run("STEPS = 500\n" + FLAGS + INDENTED)
    assert ran.exit == 0, ran.json["reason"]


def test_flags_of_absl_are_read(run: Run) -> None:
    assert run("STEPS = 7\n" + FLAGS + INDENTED, "--", "--steps=7", "--workdir", "out").exit == 0
