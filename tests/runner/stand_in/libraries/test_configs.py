"""Libraries of settings and command lines that are not installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run, absent, carried, confirmed
from tests.runner.samples import KEPT, LOOP, SAVE


@absent("fire")
def test_fire_calls_a_function_with_the_command_line(run: Run) -> None:
    text = "import fire\ndef main(out: str, lr: float = 1.0):\n    assert (out, lr) == ('x', 2.0)\nfire.Fire(main)\n"
    confirmed(run(text + KEPT, "--", "--out=x", "--lr", "2.0"))


@absent("hydra")
def test_hydra_composes_a_config_from_groups_and_overrides(run: Run, tmp_path: Path) -> None:
    (tmp_path / "conf" / "model").mkdir(parents=True)
    (tmp_path / "conf" / "train.yaml").write_text("defaults:\n  - model: small\nlr: 0.1\nout: run-${lr}\n")
    (tmp_path / "conf" / "model" / "small.yaml").write_text("layers: 2\n")
    text = """\
import hydra

@hydra.main(version_base=None, config_path="conf", config_name="train")
def main(config):
    assert config.model.layers == 2
    assert config.out == "run-0.5", config.out

main()
"""
    confirmed(run(text + KEPT, "--", "lr=0.5"))


@absent("hydra")
def test_hydra_lets_a_file_say_where_it_belongs_and_what_is_chosen_of_other_groups(run: Run, tmp_path: Path) -> None:
    files = {
        "train.yaml": "defaults:\n  - model: small\n  - task: plain\n  - _self_\nlr: 0.1\n",
        "model/small.yaml": "defaults:\n  - head: one\nlayers: 2\n",
        "model/large.yaml": "defaults:\n  - small\nlayers: 20\n",
        "model/head/one.yaml": "labels: 1\n",
        "task/plain.yaml": "name: plain\n",
        "task/long.yaml": "# @package _global_\ndefaults:\n  - override /model: large\ntask:\n  name: long\nlr: 0.2\n",
    }
    for name, settings in files.items():
        (tmp_path / "conf" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "conf" / name).write_text(settings)
    text = """\
import hydra, sys

@hydra.main(version_base=None, config_path="conf", config_name="train")
def main(config):
    assert (config.task.name, config.model.layers, config.model.head.labels) == ("long", 20, 1), config
    assert list(config.task) == ["name"]

sys.argv.insert(1, "task=long")
main()
"""
    confirmed(run(text + KEPT))


@absent("hydra")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({}, "settings lima.yaml: made up (rows, split)"),
        ({"data/alpaca.yaml": "split: train\nrows: 4\n"}, "lima.yaml: conf/data/alpaca.yaml in its place"),
    ],
)
def test_a_group_of_hydra_that_is_not_here_has_what_the_script_asks_of_it(
    run: Run, tmp_path: Path, others: dict[str, str], said: str
) -> None:
    """Neither what asks for it nor what belongs to another group takes its place."""
    files = {"run.yaml": "defaults:\n  - data: lima\n  - fit: fast\nrows: 1\n", "fit/fast.yaml": "split: 2\nrows: 8\n"}
    for name, settings in {**files, **others}.items():
        (tmp_path / "conf" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "conf" / name).write_text(settings)
    text = """\
import hydra

class Rows:
    def __init__(self, cfg, part):
        self.cfg, self.part = cfg, part
    def count(self):
        return self.cfg.data.rows

@hydra.main(version_base=None, config_path="conf", config_name="run")
def main(cfg):
    print(Rows(cfg, cfg.data.split).count(), cfg.fit.rows, cfg.rows)

main()
"""
    ran = run(text + KEPT)
    confirmed(ran)
    assert any(told.endswith(said) for told in ran.json["after"]["neutralised"]), ran.json["after"]["neutralised"]


@absent("hydra")
def test_hydra_makes_what_a_config_names(run: Run) -> None:
    text = """\
from hydra.utils import instantiate

made = instantiate({"_target_": "fractions.Fraction", "_args_": [1]}, denominator=2, _convert_="all")
assert made + instantiate({"_target_": "operator.add", "_partial_": True})(1, 2) == 3.5
"""
    confirmed(run(text + KEPT))


@absent("omegaconf")
def test_omegaconf_merges_files_and_dotted_words(run: Run) -> None:
    text = """\
from omegaconf import OmegaConf

config = OmegaConf.merge(OmegaConf.create({"a": {"b": 1, "c": 2}}), OmegaConf.from_dotlist(["a.b=3"]))
assert OmegaConf.to_container(config) == {"a": {"b": 3, "c": 2}}
"""
    confirmed(run(text + KEPT))


@absent("omegaconf")
def test_omegaconf_reads_numbers_with_an_exponent(run: Run) -> None:
    text = "from omegaconf import OmegaConf\nassert OmegaConf.create('lr: 1e-4\\nname: e4').lr == 0.0001\n"
    confirmed(run(text + KEPT))


@absent("omegaconf")
def test_settings_of_a_dataclass_become_one_again(run: Run) -> None:
    """With the numbers of the command line in its fields, as omegaconf 2.3 types them."""
    text = """\
from dataclasses import dataclass, field
from omegaconf import OmegaConf

@dataclass
class Lora:
    rank: int = 8

@dataclass
class Config:
    base: str
    epochs: float = 1.0
    lora: Lora = field(default_factory=Lora)

words = OmegaConf.from_dotlist(["base=gpt2", "epochs=3", "lora.rank=4"])
found = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Config), words))
assert found == Config("gpt2", 3.0, Lora(4)) and type(found.epochs) is float
assert OmegaConf.to_object(OmegaConf.create({"a": [{"b": 1}]})) == {"a": [{"b": 1}]}
"""
    confirmed(run(text + KEPT))


@absent("ml_collections")
def test_settings_of_ml_collections_are_items_and_attributes(run: Run) -> None:
    text = """\
from ml_collections import ConfigDict
from ml_collections.config_dict import placeholder

config = ConfigDict({"lora": {"r": 8}, "targets": ["q_proj"]}, type_safe=False)
config.update({"lora": {"alpha": 16}, "seed": placeholder(int)})
with config.unlocked():
    config.lora.dropout = 0.1
assert config.to_dict() == {"lora": {"r": 8, "alpha": 16, "dropout": 0.1}, "targets": ["q_proj"], "seed": None}
assert config["lora"].r == 8 and not hasattr(config, "rank") and config.get("rank", 4) == 4
"""
    confirmed(run(text + KEPT))


@absent("ml_collections", "absl")
@pytest.mark.parametrize("words", [(), ("--", "--config=config/lora.py:small", "--config.lora.r=4")])
def test_a_file_hands_out_the_settings_of_ml_collections(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "lora.py").write_text(
        "import ml_collections\n\ndef get_config(kind='large'):\n    config = ml_collections.ConfigDict()\n"
        "    config.lora = {'r': 8}\n    config.kind = kind\n    return config\n"
    )
    text = """\
from absl import app, flags
from ml_collections import config_flags

FLAGS = flags.FLAGS
config_flags.DEFINE_config_file("config", "config/lora.py", "The settings.")
flags.DEFINE_integer("seed", 3, "")

def main(argv):
    assert (FLAGS.config.lora.r, FLAGS.config.kind, FLAGS.seed) == EXPECTED, (FLAGS.config, FLAGS.seed)
"""
    expected = '(4, "small", 3)' if words else '(8, "large", 3)'
    called = "\n".join(f"    {line}" for line in KEPT.splitlines())
    confirmed(run(text.replace("EXPECTED", expected) + called + "\n\napp.run(main)\n", *words))


@absent("ruamel")
def test_ruamel_reads_a_file_of_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lora.yaml").write_text("lora:\n  r: 8\n  rate: 5e-5\n")
    text = """\
from pathlib import Path
import ruamel.yaml as yaml

parser = yaml.YAML(typ="safe", pure=True)
parser.default_flow_style = False
assert parser.load(Path("lora.yaml"))["lora"] == {"r": 8, "rate": 0.00005}
assert parser.load("a: [1, 2]")["a"] == [1, 2]
"""
    confirmed(run(text + KEPT))


@absent("fire")
def test_commands_of_a_command_are_chosen_among(run: Run) -> None:
    text = """\
from fire import Fire

def train_lora(out: str = "x"):
    print("trained")

Fire({"score": {"all": print}, "train": {"prefix": print, "lora": train_lora}})
"""
    ran = run(text + KEPT)
    confirmed(ran)
    said = ran.json["after"]["neutralised"]
    assert "no command was named: train, of score, train" in said
    assert "no command was named: lora, of prefix, lora" in said


@absent("omegaconf")
def test_what_a_script_has_registered_resolves_settings(run: Run) -> None:
    text = """\
from omegaconf import OmegaConf

OmegaConf.register_new_resolver("twice", lambda number: 2 * number)
config = OmegaConf.create({"rank": 4, "model": {"alpha": "${twice:8}", "rank": "${rank}"}})
assert (lambda alpha, rank: (alpha, rank))(**config.model) == (16, 4)
assert {**config.model} == dict(config.model) == {"alpha": 16, "rank": 4}
"""
    confirmed(run(text + KEPT))


@pytest.mark.parametrize("words", [(), ("--", "--config", "other.yaml")])
def test_what_a_package_that_is_not_here_reads_are_the_projects_own_settings(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Those of the file that the command line names; of others the one that fits."""
    (tmp_path / "lora.yaml").write_text("model:\n  base: meta-llama/Llama-3.2-1B\nlora: {rank: 8}\n")
    (tmp_path / "other.yaml").write_text("model: {base: Qwen/Qwen2.5-0.5B}\nlora: {rank: 4}\n")
    text = """\
from some_own_config_reader import load_config
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

config = load_config()
base = AutoModelForCausalLM.from_pretrained(config["model"]["base"])
model = get_peft_model(base, LoraConfig(r=config.lora.rank, target_modules=["q_proj"]))
"""
    ran = run("import torch\n" + text + LOOP + SAVE, *words)
    assert "package some_own_config_reader is not installed" in carried(ran)
    (model,) = {said.split(":")[0] for said in ran.json["after"]["neutralised"] if said.startswith("model ")}
    assert model == ("model Qwen/Qwen2.5-0.5B" if words else "model meta-llama/Llama-3.2-1B")


@absent("omegaconf")
def test_settings_are_pickled_with_what_they_refer_to(run: Run) -> None:
    text = """\
import pickle
from omegaconf import OmegaConf

config = OmegaConf.create({"name": "small", "data": {"folder": "rows/${name}", "parts": ["train"]}})
there = pickle.loads(pickle.dumps(config.data))
assert (there.folder, there["parts"][0]) == ("rows/small", "train"), there
"""
    confirmed(run(text + KEPT))
