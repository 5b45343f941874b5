"""Whole scripts, or their heads, for packages that are stood in for here, and that are really there elsewhere."""

from __future__ import annotations

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
FABRIC = """\
import lightning, torch

fabric = lightning.Fabric(accelerator="cuda", devices=2, precision="bf16-mixed")
fabric.launch()
model, optimizer = fabric.setup(model, torch.optim.AdamW(model.parameters(), lr=1e-3))
for batch in fabric.setup_dataloaders(torch.utils.data.DataLoader(torch.arange(800).reshape(100, 8) % 64)):
    fabric.backward(model(input_ids=batch, labels=batch).loss)
    optimizer.step()
    optimizer.zero_grad()
model.module.save_pretrained("out")
"""
