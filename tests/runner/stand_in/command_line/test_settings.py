"""Settings and arguments that nobody gave, and that have to fit the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT, LOOP

TARGETS = {
    "a list in a file of settings": (
        "import yaml\n"
        'with open("run.yaml") as file:\n    config = yaml.safe_load(file)\n'
        'names = config["lora"]["lora_target_module"]\n'
    ),
    "an argument of names with commas": (
        "import argparse\n"
        "parser = argparse.ArgumentParser()\n"
        'parser.add_argument("--lora_layers", required=True)\n'
        'names = parser.parse_args().lora_layers.split(",")\n'
    ),
}
WRAPPED = """\
import torch
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

base = AutoModelForCausalLM.from_pretrained("bigscience/bloom-560m")
model = get_peft_model(base, LoraConfig(target_modules=names, task_type="CAUSAL_LM"))
"""


@pytest.mark.parametrize("read", TARGETS.values(), ids=TARGETS.keys())
def test_names_of_modules_are_those_that_the_model_has(run: Run, read: str) -> None:
    ran = run(read + WRAPPED + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


def test_settings_are_of_the_kind_that_their_names_tell(run: Run) -> None:
    text = """\
import yaml
with open("run.yaml") as file:
    config = yaml.safe_load(file)
assert 0 < config["training"]["label_smoothing_factor"] < 1
assert config["lora"]["use_lora"] is True and config["lora"]["use_rslora"] is False
assert config["tokenizer"]["truncation_side"] in ("left", "right") and config["tokenizer"]["truncation"] is True
names = config["lora"]["target_modules"]
"""
    assert run(text + WRAPPED + LOOP + 'model.save_pretrained("out")\n').exit == 0


def test_a_setting_that_a_library_refuses_is_one_of_those_that_it_names(run: Run) -> None:
    text = """\
import yaml

settings = yaml.safe_load(open("dpo.yaml"))
if settings["dpo"]["objective"] not in ("sigmoid", "hinge"):
    raise ValueError(f"Unknown objective: {settings['dpo']['objective']}. Should be one of ['sigmoid', 'hinge']")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_projects_own_settings_that_lack_a_key_are_those_of_another_script(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"lora_dropout": 0.1, "lora_alpha": 8, "output_dir": "out"}')
    text = """\
import argparse, json

parser = argparse.ArgumentParser()
parser.add_argument("--lora_config", required=True)
config = json.load(open(parser.parse_args().lora_config))
names = [f"query_key_value{config['lora_alpha'] and config['lora_suffix'] and ''}"]
"""
    ran = run(text + WRAPPED + LOOP + 'model.save_pretrained("out")\n')
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_path_of_settings_is_that_of_the_projects_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "small.yaml").write_text("lora_alpha: 8\noutput_dir: out\n")
    text = """\
import argparse, yaml

parser = argparse.ArgumentParser()
parser.add_argument("--config_filepath", required=True)
config = yaml.safe_load(open(parser.parse_args().config_filepath))
assert (config["lora_alpha"], config["output_dir"]) == (8, "out")
"""
    given = "argument --config_filepath is required and was not given: configs/small.yaml"
    assert given in run(text + KEPT).json["after"]["neutralised"]
