"""A command line that is known decides where a script saves; what it leaves out has its default."""

from __future__ import annotations

from pathlib import Path

import pytest

import lora_lint

SCRIPT = """\
import argparse
from pathlib import Path
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("table", nargs="?", default="rows.csv")
parser.add_argument("-o", "--outdir", type=Path, default=Path("runs/lora"))
parser.add_argument("--name", default="last")
args = parser.parse_args()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
model.save_pretrained(args.outdir / args.name)
"""


@pytest.mark.parametrize(
    ("argv", "place"),
    [
        (["other.csv"], "runs/lora/last"),
        (["-o", "here"], "here/last"),
        (["--outdir", "here", "--name", "best"], "here/best"),
    ],
)
def test_options_that_are_not_given_have_their_defaults(argv: list[str], place: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    (site,) = lora_lint.trace_script(script, lora_lint.Config(), argv)["sites"]
    assert [list(found["directories"]) for found in site["predictions"]] == [[place]]


def test_an_option_that_was_spelled_in_one_way_or_another_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    add = 'parser.add_argument("--name", action="store_true")'
    either = f"if os.environ.get('PLAIN'):\n    {add}\nelse:\n    parser.add_argument('--name', default='last')\n"
    path.write_text("import os\n" + SCRIPT.replace('parser.add_argument("--name", default="last")\n', either))
    [site] = lora_lint.trace_script(path, argv=["x.csv"])["sites"]
    assert not site["skipped"]


@pytest.mark.parametrize(("environment", "place"), [({"OUT_DIR": "elsewhere"}, "elsewhere/last"), ({}, "runs/last")])
def test_a_variable_of_a_known_environment_has_its_value(
    environment: dict[str, str], place: str, tmp_path: Path
) -> None:
    path = tmp_path / "train.py"
    text = SCRIPT.replace('default=Path("runs/lora")', 'default=Path(os.getenv("OUT_DIR", "runs"))')
    path.write_text("import os\n" + text)
    [site] = lora_lint.trace_script(path, argv=["x.csv"], environment=environment)["sites"]
    assert [list(found["directories"]) for found in site["predictions"]] == [[place]]


RECORDS = """\
from dataclasses import dataclass, field
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, HfArgumentParser

@dataclass
class Options:
    place: str = field(default="runs")
    rank: int = 8
    adapted: bool = True

@dataclass
class Names:
    name: str = "last"

options, names = HfArgumentParser((Options, Names)).parse_args_into_dataclasses()
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(r=options.rank))
model.save_pretrained(f"{options.place}-{options.rank}/{names.name}")
"""


@pytest.mark.parametrize(
    ("argv", "place"), [(["--name", "best"], "runs-8/best"), (["--place=here", "--rank", "4"], "here-4/last")]
)
def test_fields_of_dataclasses_are_options(argv: list[str], place: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(RECORDS)
    (site,) = lora_lint.trace_script(script, lora_lint.Config(), argv)["sites"]
    assert [list(found["directories"]) for found in site["predictions"]] == [[place]]
