"""Files of settings that are missing: made up of what the script asks of them, or the project's own."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT, LOOP, SAVE

from lora_lint_runner.child.stand_in.command_line.values import Filler
from lora_lint_runner.child.stand_in.made_up.files import settings

pytestmark = pytest.mark.slow  # each takes several attempts

SETTINGS = """\
import yaml

def load(path):
    with open(path) as file:
        return yaml.safe_load(file)

config = load("config/run.yaml")
lora = config["lora"]
assert 0 < lora["r"] < 100 and lora.get("bias") == "none"
assert 0 < config["train"]["learning_rate"] < 1
assert [name for name in lora["target_modules"]]
"""


def test_a_file_below_an_argument_that_nobody_gave_is_made_up(run: Run) -> None:
    text = """\
import argparse, json, os

parser = argparse.ArgumentParser()
parser.add_argument("--dataset_path", required=True)
print(open(os.path.join(parser.parse_args().dataset_path, "train_dataset.json")).read()[:9])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_of_settings_is_made_up_of_what_the_script_asks_of_it(run: Run) -> None:
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings run.yaml: made up (lora, train)" in ran.json["after"]["neutralised"]


@pytest.mark.parametrize(
    "through",
    [
        'assert sorted(int(place) for place, kind in classes.items() if kind["name"]) == [0, 1, 2, 3]\n',
        'for name, kind in classes.items():\n    assert name.islower() and kind["colour"]\n',
    ],
)
def test_settings_that_are_gone_through_have_several_parts(run: Run, through: str) -> None:
    """By names that are numbers where the script makes them such."""
    text = 'import yaml\n\nwith open("classes.yaml") as file:\n    classes = yaml.safe_load(file)\n'
    ran = run(text + through + "assert len(classes) > 1\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings classes.yaml: made up (several parts)" in ran.json["after"]["neutralised"]


@pytest.mark.slow
def test_a_file_of_settings_that_a_script_itself_says_it_lacks_before_it_ends(run: Run) -> None:
    text = """\
import sys
from pathlib import Path
import yaml

def load(name):
    path = Path("conf") / name
    if not path.exists():
        raise LookupError(f"No settings found: {path}")
    return yaml.safe_load(path.read_text())

def main():
    try:
        print(load("lora.yaml")["rank"])
    except Exception as error:
        print("failed:", error)
        return 1
    return 0

if status := main():
    sys.exit(status)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_settings_in_toml_are_what_becomes_of_them(run: Run) -> None:
    text = """\
import tomllib
from transformers import TrainingArguments

with open("run.toml", "rb") as file:
    config = tomllib.load(file)
train = config["train"]
arguments = TrainingArguments(config["out"], gradient_accumulation_steps=train["accumulate"], report_to="none")
assert arguments.gradient_accumulation_steps > 0 and train.get("greeting", "Servus") == "Servus"
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings run.toml: made up (train, out)" in ran.json["after"]["neutralised"]


def test_a_file_of_settings_that_the_project_has_under_another_name_is_taken(run: Run, tmp_path: Path) -> None:
    text = "lora: {r: 4, bias: none, target_modules: [v_proj]}\ntrain:\n  learning_rate: 0.5\n"
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "run_of_last_week.yaml").write_text("target_modules:\nbias:\nlearning_rate:\n" + text)
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings config/run.yaml: config/run_of_last_week.yaml in its place" in ran.json["after"]["neutralised"]


def test_of_several_files_of_settings_one_of_the_name_that_is_missed_is_taken(run: Run, tmp_path: Path) -> None:
    text = "lora: {r: 4, bias: none, target_modules: [v_proj]}\ntrain: {learning_rate: 0.5}\n"
    for place in ("a/longer.yaml", "b/run.yaml", "c/run.yaml"):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_text(text + ("target_modules:\nbias:\n" if "longer" in place else ""))
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings config/run.yaml: b/run.yaml in its place" in ran.json["after"]["neutralised"]


def test_the_example_that_a_project_has_of_its_settings_is_taken(run: Run, tmp_path: Path) -> None:
    text = "lora: {r: 4, bias: none, target_modules: [v_proj]}\ntrain: {learning_rate: 0.5}\n"
    (tmp_path / "config.yaml.example").write_text(text)
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings config/run.yaml: config.yaml.example in its place" in ran.json["after"]["neutralised"]


def test_a_template_of_settings_is_filled_in_as_a_shell_does(run: Run, tmp_path: Path) -> None:
    text = """\
lora:
  r: ${LORA_R:-4}
  bias: "${LORA_BIAS:-none}"
  target_modules: ${TARGETS:-['v_proj']}
train: {learning_rate: ${LR:-0.5}}
"""
    (tmp_path / "run.yaml.template").write_text(text)
    (tmp_path / "older.yaml").write_text("lora: {r: 4, bias: none, target_modules: 1}\ntrain: {learning_rate: 0.5}\n")
    ran = run(SETTINGS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    filled = "settings run.yaml.template: with the values that it has for variables which are not set"
    assert filled in ran.json["after"]["neutralised"]


def test_a_setting_of_which_a_text_is_made_is_a_text(run: Run) -> None:
    text = """\
import yaml

with open("run.yaml") as file:
    config = yaml.safe_load(file)
print(config["train"]["place"].format(name="a"), config["train"]["report"]["title"].lower())
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_settings_with_the_keys_that_are_asked_for_go_before_what_a_run_has_written_down(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "results").mkdir()
    told = '{"lora": {"r": 4, "bias": "none"}, "target_modules": [1], "learning_rate": 1, "config": 1, "accuracy": 1}'
    (tmp_path / "results" / "run.json").write_text(told)
    asked = "lora: {r: 4, bias: none, target_modules: [v_proj]}\ntrain: {learning_rate: 0.5}\n"
    (tmp_path / "runs.yaml").write_text(asked)
    text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config", required=True)\n'
    words = "print({'accuracy': 1, 'config': 2})\n"
    ran = run(text + SETTINGS.replace('"config/run.yaml"', "p.parse_args().config") + words + "import json\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --config is required and was not given: runs.yaml" in ran.json["after"]["neutralised"]


def test_settings_of_tools_are_no_settings_of_the_script(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ntrain = 1\nlora = 2\nbias = 3\nr = 4\n')
    text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config", required=True)\n'
    ran = run(text + SETTINGS.replace('"config/run.yaml"', "p.parse_args().config") + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings settings.yaml: made up (lora, train)" in ran.json["after"]["neutralised"]


def test_settings_that_are_handed_over_as_named_arguments(run: Run) -> None:
    text = """
import json
from peft import LoraConfig

config = json.load(open("configs/run.json"))
LoraConfig(**config["lora"], task_type="CAUSAL_LM")
"""
    assert run(text + KEPT).exit == 0


def test_modules_that_are_saved_whole_are_not_those_that_are_adapted(run: Run) -> None:
    text = """
import json, torch
from transformers import AutoModelForCausalLM
from peft import LoraConfig, get_peft_model

options = json.load(open("configs/run.json"))["lora"]
model = get_peft_model(AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"), LoraConfig(**options))
if "lm_head" in (options.get("modules_to_save") or []):
    print("the head is saved, too")
"""
    assert run(text + LOOP + SAVE).exit == 0


def test_a_setting_has_a_value_that_the_script_says_it_knows(run: Run) -> None:
    text = """
import yaml

config = yaml.safe_load(open("config.yaml"))
if config["pace"] not in ("slow", "quick"):
    raise ValueError(f"Unknown pace: '{config['pace']}'. Should be one of ['slow', 'quick']")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_setting_that_is_refused_unless_it_has_a_value_has_it(run: Run) -> None:
    text = """
import json

config = json.load(open("recipe.json"))
if config.get("pace") != "slow":
    raise ValueError("use Quick.load() for this one")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_template_that_is_missing_among_templates_is_like_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "clinic.json").write_text('{"prompt": "Say {word}"}')
    text = 'import json\nassert json.load(open("templates/alpaca.json"))["prompt"].format(word="a") == "Say a"\n'
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]
    assert "data file templates/alpaca.json: clinic.json in its place" in ran.json["after"]["neutralised"]


def test_settings_that_are_asked_for_as_attributes_are_the_projects_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "opt.yaml").write_text("steps: 7\nbase: facebook/opt-125m\nrank: 4\n")
    text = """\
import argparse
from types import SimpleNamespace
import yaml

parser = argparse.ArgumentParser()
parser.add_argument("config")
settings = SimpleNamespace(**yaml.safe_load(open(parser.parse_args().config)))
assert (settings.steps, settings.base, settings.rank) == (7, "facebook/opt-125m", 4)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_settings_that_a_class_of_the_script_is_made_of(run: Run) -> None:
    text = """
import sys
from dataclasses import dataclass

import yaml


@dataclass
class Settings:
    learning_rate: float
    target_modules: list[str]
    epochs: int = 3

    @classmethod
    def load(cls, path):
        with open(path) as file:
            raw = yaml.safe_load(file)
        return cls(**raw)


settings = Settings.load(sys.argv[1])
assert 0 < settings.learning_rate < 1 and settings.epochs == 3 and len(settings.target_modules) > 0
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings settings.yaml: made up (learning_rate, target_modules)" in ran.json["after"]["neutralised"]


def test_names_of_labels_beside_made_up_rows_lead_both_ways(run: Run) -> None:
    text = """
import json
import pandas
from pathlib import Path

home = Path("data")
rows = pandas.read_csv(home / "train.csv")[["text", "label"]]
with open(home / "label_map.json") as file:
    known = json.load(file)
names = {int(number): name for number, name in known["id2label"].items()}
numbers = {name: int(number) for name, number in known["label2id"].items()}
assert names and all(numbers[names[number]] == number for number in set(rows["label"]))
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_that_is_called_like_settings_and_holds_rows_is_one_of_rows(run: Run) -> None:
    text = """
import json

with open("recipes/recipes.json") as file:
    recipes = json.load(file)["recipes"]
texts = [f"{recipe['title'].strip()}: {recipe.get('time')}" for recipe in recipes if recipe.get("title")]
assert texts[0]
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "recipes.json; rows are made up in its place" in ran.json["reason"]


def test_a_record_of_data_has_sizes_and_names_its_picture(run: Run) -> None:
    text = """\
import json
from pathlib import Path
from PIL import Image

pages = [json.load(open(path)) for path in Path("pages").glob("*.json")]
assert pages
for page in pages:
    Image.open(f"scans/{page['image']}").convert("RGB")
    boxes = [x / page["width"] for line in page["lines"] for x in line["box"]]
    assert boxes and page["height"] > 1
"""
    ran = run(text + KEPT, "--made-up-rows")
    assert ran.exit == 0, ran.json["reason"]


def test_settings_in_sections_that_the_parser_did_without_are_made_up(run: Run) -> None:
    text = """\
import configparser

settings = configparser.ConfigParser()
settings.read("run.ini")
model_part, train = settings["model"], settings["train"]
assert model_part.getint("rank") > 0 and train.getfloat("lr") > 0
assert settings.getboolean("train", "packed") is False and settings.get("data", "folder")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings run.ini: made up (model, train, data)" in ran.json["after"]["neutralised"]


def test_settings_are_of_the_form_that_their_use_asks_for(run: Run) -> None:
    text = """\
import itertools, tomllib

with open("search.toml", "rb") as file:
    search = tomllib.load(file)["search"]
found = []
for method, rank, lr in itertools.product(search["methods"], search["ranks"], search["lrs"]):
    if method == "lora":
        found.append(rank)
    assert type(rank) is int and 0 < lr < 1
assert found[: search["most"]] and search["image_size"] > 32
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_config_that_the_script_itself_opens_where_it_lies_holds_its_settings(run: Run) -> None:
    text = """\
import json

with open("config.json") as file:
    config = json.load(file)
print(config["hub_token"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "settings config.json: made up (hub_token)" in ran.json["after"]["neutralised"]


def test_a_config_that_is_missed_after_the_training_is_that_of_a_model(run: Run) -> None:
    text = KEPT + 'import json\njson.load(open("out/config.json"))["hidden_size"]\n'
    assert not any("config.json" in what for what in run(text).json["after"]["neutralised"])


FILE_OF_ARGUMENTS = """\
import argparse
from dataclasses import dataclass
from typing import Optional
from transformers import HfArgumentParser, TrainingArguments, set_seed

@dataclass
class Own:
    train_file: str
    cut_off: int
    hints: Optional[str] = None

parser = argparse.ArgumentParser()
parser.add_argument("--train_args_file", required=True)
file = parser.parse_args().train_args_file
own, training = HfArgumentParser((Own, TrainingArguments)).parse_json_file(json_file=file)
set_seed(training.seed + own.cut_off)
assert own.hints is None and training.seed == SEED
"""


def test_a_file_of_arguments_has_what_their_classes_require(run: Run) -> None:
    ran = run(FILE_OF_ARGUMENTS.replace("SEED", "42") + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_of_arguments_of_the_projects_own_goes_before_one_that_is_made_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "args").mkdir()
    (tmp_path / "args" / "sft.json").write_text('{"train_file": "rows.json", "cut_off": 512, "seed": 7}')
    ran = run(FILE_OF_ARGUMENTS.replace("SEED", "7") + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_what_a_large_project_asks_of_any_file_does_not_fill_the_disk() -> None:
    """Each of thousands of lists would hold all the rows."""
    hints, rows = SimpleNamespace(compared={}), [{"text": "a"}] * 512
    wanted = {f"part-{place}": {"items": "list"} for place in range(4000)}
    made = settings._Made(SimpleNamespace(hints=hints), {}, rows).filled(wanted)  # type: ignore[arg-type]
    held = [len(part["items"]) for part in made.values()]
    assert held[0] == 512
    assert sum(held) < 20_000
    assert all(held)


def test_the_projects_own_settings_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many of the settings that are made up are named as a file of them."""
    looked: list[str] = []

    def own(run: object) -> str:
        looked.append("run.yaml")
        return looked[-1]

    monkeypatch.setattr(settings, "own", own)
    spec, hints = SimpleNamespace(learned={}, cwd="."), SimpleNamespace(compared={})
    filler = Filler(SimpleNamespace(spec=spec, hints=hints, met=SimpleNamespace(settings_given=False)))  # type: ignore[arg-type]
    assert {filler.value(name) for name in ("model_config", "train_config", "config_path")} == {"run.yaml"}
    assert len(looked) == 1
