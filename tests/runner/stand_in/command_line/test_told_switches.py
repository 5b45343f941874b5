"""A command line of the project's own that leaves off what brings PEFT into play: the switch is on all the same."""

from __future__ import annotations

from pathlib import Path

from tests.runner.conftest import Run
from tests.runner.samples import KEPT

READS = """\
import argparse

parser = argparse.ArgumentParser()
for name in ("lora_enable", "freeze_llm"):
    parser.add_argument(f"--{name}", type=lambda text: text == "True", nargs="?", const=True, default=False)
parser.add_argument("--rank", type=int, default=8)
args = parser.parse_args()
assert args.rank == 16
if args.lora_enable and not args.freeze_llm:
    raise ValueError("If `lora_enable` is True, `freeze_llm` must also be True.")
if not args.lora_enable:
    raise RuntimeError("the whole model does not fit")
"""


def test_the_rest_of_the_line_and_what_the_switch_demands_are_kept_and_met(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("python train.py --lora_enable False --freeze_llm False --rank 16\n")
    ran = run(READS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    said = ran.json["after"]["neutralised"]
    assert {"argument --lora_enable: given", "argument --freeze_llm: given"} <= set(said)
    assert "no arguments were given: those in train.sh: --rank 16" in said
