"""Arguments of a script: passed on, filled in where they are required, and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run, lacking, reason
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE, TRAINED


def test_files_of_two_kinds_are_given_each_in_its_form(run: Run) -> None:
    text = """\
import argparse
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--fasta", required=True)
parser.add_argument("--scores", required=True)
args = parser.parse_args()
proteins = [line[1:].split()[0] for line in open(args.fasta) if line.startswith(">")]
scores = pd.read_parquet(args.scores)
assert proteins and len(scores["stability"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not lacking(ran)


def test_what_is_to_be_a_folder_is_one_whatever_its_name(run: Run) -> None:
    text = """\
import os
import click

@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False), required=True)
def main(data):
    assert os.listdir(data)

main(standalone_mode=False)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert not lacking(ran)


def test_an_argument_is_one_of_the_names_in_a_table(run: Run) -> None:
    text = """\
import argparse

def load(kind):
    known = {"first": 1, "second": 2}
    if kind not in known:
        raise NotImplementedError(kind)

parser = argparse.ArgumentParser()
parser.add_argument("--kind", required=True)
load(parser.parse_args().kind)
"""
    assert run(text + KEPT).exit == 0


def test_arguments_that_are_required_are_filled_in_and_said(run: Run) -> None:
    text = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--model_name", required=True)\n'
    text += "a = p.parse_args()\n"
    ran = run(text + KEPT.replace('"meta-llama/Llama-3.2-1B"', "a.model_name"))
    assert ran.exit == 0, ran.json["reason"]
    assert any("--model_name" in note for note in ran.json["after"]["neutralised"])


def test_an_argument_that_names_an_entry_of_a_table_is_one_of_its_keys(run: Run) -> None:
    text = """\
import argparse

LOADERS = {"alpaca": list, "dolly": dict}
parser = argparse.ArgumentParser()
parser.add_argument("--dataset", required=True)
loader = LOADERS[parser.parse_args().dataset]
"""
    assert run(text + KEPT).exit == 0


def test_words_of_a_command_line_are_made_up_by_what_takes_them(run: Run) -> None:
    text = "import sys\ndef main(model_name, epochs):\n    assert '/' in model_name and int(epochs)\n"
    text += "main(sys.argv[1], sys.argv[2])\n"
    text += "share = sys.argv[3]\nrows = sys.argv[4]\nprint(float(share), int(rows))\n"  # no number by its name
    assert run(text + KEPT).exit == 0


def test_a_variable_of_the_environment_is_made_up_by_what_takes_it(run: Run) -> None:
    text = 'import os\nrows, share = os.environ["ROWS_OF_EACH"], os.environ["SHARE"]\nprint(int(rows), float(share))\n'
    assert run(text + KEPT).exit == 0


def test_the_id_of_a_model_has_a_word_that_the_script_goes_by(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
name = parser.parse_args().model.lower()
if "ours" in name:
    targets = ["wide"]
elif "vicuna" in name or "bloom" in name:
    targets = ["q_proj", "v_proj"]
else:
    raise ValueError(f"Unsupported model: {name}")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any("lora-lint/stand-in-model-vicuna" in said for said in ran.json["after"]["neutralised"])


def test_an_argument_has_a_value_that_the_script_says_it_knows(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--reward", required=True)
reward = parser.parse_args().reward
if reward not in ("accuracy", "format"):
    raise ValueError(f"Could not load '{reward}'. Expected one of {['accuracy', 'format']}")
"""
    assert run(text + KEPT).exit == 0


def test_an_argument_that_a_script_goes_through_is_given(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--task", nargs="*")
assert [task for task in parser.parse_args().task]
"""
    assert run(text + KEPT).exit == 0


def test_arguments_are_passed_on(run: Run) -> None:
    ran = run("import sys\nassert sys.argv[1:] == ['--lr', '1'], sys.argv\n" + KEPT, "--", "--lr", "1")
    assert ran.exit == 0


def test_a_script_that_was_given_too_few_arguments_is_told_how_to_give_them(run: Run) -> None:
    assert reason(run("import sys\nout = sys.argv[2]\n" + KEPT, "--", "one")) == (
        3,
        "train.py:2: the script needs arguments; give them after --",
    )


def test_a_wrong_command_line_of_the_script(run: Run) -> None:
    text = "import argparse\nargparse.ArgumentParser().parse_args()\n"
    code, why = reason(run(text + KEPT, "--", "--nonsense"))
    assert code == 3
    assert "did not accept its command line" in why


def test_a_value_of_none_is_traced_to_its_argument(run: Run) -> None:
    text = """\
import argparse
import os

def read(folder):
    return os.path.join(folder, "train.jsonl")

parser = argparse.ArgumentParser()
parser.add_argument("--rows_of_training", default=None)
args = parser.parse_args()
read(args.rows_of_training)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_an_argument_is_known_by_what_it_leads_to(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--eval_data_path")
args = parser.parse_args()
eval_dataset = open(args.eval_data_path).read() if args.eval_data_path else None
if eval_dataset is None:
    raise ValueError("You want to evaluate, but you didn't pass an `eval_dataset`")
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, reason(ran)


def test_an_argument_is_a_key_of_a_table_in_another_module(run: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text('IDS = {"llama": {"pad": 0}}\n')
    text = """\
import argparse
import settings

parser = argparse.ArgumentParser()
parser.add_argument("--model_path", required=True)
print(settings.IDS[parser.parse_args().model_path.split("/")[-1]]["pad"])
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_script_that_trained_and_has_no_place_to_save_to_is_given_one(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--output_dir", default=None)
args = parser.parse_args()
"""
    saved = "if args.output_dir is not None:\n    model.save_pretrained(args.output_dir)\n"
    assert run(text + TRAINED + saved).exit == 0


def test_a_secret_and_the_size_of_a_terminal_are_made_up(run: Run) -> None:
    text = 'import getpass, os\nassert getpass.getpass("HF token: ")\nprint("#" * os.get_terminal_size().columns)\n'
    text += "assert os.getlogin()\n"
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "the script asks for a secret (HF token): made up" in ran.json["after"]["neutralised"]
    assert "the script asks for the size of its terminal: 80 columns, 24 lines" in ran.json["after"]["neutralised"]


def test_a_token_that_a_script_does_not_do_without_is_made_up(run: Run) -> None:
    text = 'import os\nimport sys\nif not os.getenv("HUGGINGFACE_TOKEN"):\n    sys.exit(1)\n'
    assert run(text + KEPT).exit == 0


def test_a_word_that_typer_requires_is_filled_in(run: Run) -> None:
    text = """\
import typer

def main(dataset: str = typer.Argument(...)) -> None:
    print(dataset)

typer.run(main)
"""
    ran = run(KEPT + text)
    assert any("argument dataset is required" in said for said in ran.json["after"]["neutralised"])


def test_with_a_key_that_is_made_up_files_are_predicted_as_the_script_goes_on(run: Run) -> None:
    text = 'import os\ntoken = os.getenv("HF_TOKEN", "")\nassert token, "set HF_TOKEN"\n'
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed"]


def test_modules_to_adapt_are_asked_for_where_peft_knows_none_of_the_model(run: Run) -> None:
    text = """\
import argparse
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageTextToText

parser = argparse.ArgumentParser()
parser.add_argument("--lora_target_modules", nargs="+", default=None)
parser.add_argument("--lora_target_parameters", nargs="+", default=None)
modules = parser.parse_args().lora_target_modules
modules = modules[0] if modules else None
model = AutoModelForImageTextToText.from_pretrained("llava-hf/llava-1.5-7b-hf")
model = get_peft_model(model, LoraConfig(target_modules=modules))
"""
    ran = run(text + LOOP + SAVE)
    assert ran.exit == 0, ran.json["reason"]
    assert (
        "argument --lora_target_modules is required and was not given: all-linear" in ran.json["after"]["neutralised"]
    )


def test_a_command_line_that_is_not_here_starts_what_it_is_given(run: Run) -> None:
    text = """\
from strictest_cli import Command, watched

@watched
def main(rank: int, out="out"):
BODY
if __name__ == "__main__":
    Command(main)
"""
    body = "".join(f"    {line}\n" for line in (TRAINED + "model.save_pretrained(out)").splitlines())
    ran = run(text.replace("BODY\n", body))
    assert ran.exit == 0, ran.json["reason"]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["out"]


def test_a_place_to_save_to_is_asked_for_where_the_save_fails_for_want_of_one(run: Run) -> None:
    asked = "import argparse, os\nparser = argparse.ArgumentParser()\n"
    asked += 'parser.add_argument("--output_dir", default=os.environ.get("SM_MODEL_DIR"))\nargs = parser.parse_args()\n'
    ran = run(asked + KEPT.replace('"out"', "args.output_dir"))
    assert ran.exit == 0, ran.json["reason"]
    assert [site["verdict"] for site in ran.json["sites"]] == ["confirmed"]


def test_what_a_trainer_does_without_is_not_asked_for(run: Run) -> None:
    text = """\
from transformers import HfArgumentParser, TrainingArguments

(options,) = HfArgumentParser(TrainingArguments).parse_args_into_dataclasses(["--output_dir", "o"])
print(None - options.num_train_epochs)
"""
    ran = run(HEAD + text + SAVE)
    assert "unsupported operand" in ran.json["reason"]
    assert not [said for said in ran.json["after"]["neutralised"] if "is required and was not given" in said]


@pytest.mark.parametrize("more", ["", ", load_in_4bit=True"])
def test_the_name_of_a_model_is_asked_for_where_it_is_loaded_without_one(run: Run, more: str) -> None:
    asked = "import argparse\nparser = argparse.ArgumentParser()\n"
    asked += 'parser.add_argument("--base", default=None)\nargs = parser.parse_args()\n'
    ran = run(asked + KEPT.replace('"meta-llama/Llama-3.2-1B"', "args.base" + more))
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --base is required and was not given: lora-lint/stand-in-model" in ran.json["after"]["neutralised"]


def test_what_is_called_a_name_or_path_is_a_model(run: Run) -> None:
    """As in transformers, where it is no data set's."""
    text = """\
import argparse
from transformers import AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--encoder_image_name_or_path", required=True)
parser.add_argument("--corpus_name_or_path", required=True)
args = parser.parse_args()
AutoTokenizer.from_pretrained(args.encoder_image_name_or_path)
assert open(args.corpus_name_or_path).read()
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
