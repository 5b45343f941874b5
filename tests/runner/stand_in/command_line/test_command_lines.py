"""The project's own command lines for a script, where the user gives no arguments."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run
from tests.runner.samples import KEPT

from lora_lint_runner.child.reading.command_lines import command_lines

FILES = {
    "a shell script": ("train.sh", "python train.py --lora_r 8 --bf16\n"),
    "lines that go on": ("train.sh", "torchrun --nproc_per_node 8 train.py \\\n    --lora_r 8 \\\n    --bf16 \\"),
    "variables": ("train.sh", "R=8\nARGS=(\n  --lora_r ${R} # the rank\n  --bf16\n)\npython train.py ${ARGS[@]} $@\n"),
    "a loop": ("train.sh", 'for r in 8 16; do\n  python train.py --lora_r $r --bf16 > "log_$r.txt" 2>&1 &\ndone\n'),
    "a loop over a list": (
        "train.sh",
        'ALL=(\n  # "4"\n  "8"\n  "16"\n)\nfor r in "${ALL[@]}"; do\n  python train.py --lora_r "$r" --bf16\ndone\n',
    ),
    "a place in a list": ("train.sh", "R=(8 16)\npython train.py --lora_r ${R[$SLURM_ARRAY_TASK_ID]} --bf16\n"),
    "a list of words": ("train.sh", 'ARGS=(--lora_r "8" --bf16)\npython train.py "${ARGS[@]}"\n'),
    "defaults": ("train.sh", 'python train.py --data "$1" --lora_r "${2:-8}" --bf16 | tee log\n'),
    "errors that go where the rest goes": ("train.sh", "python train.py --lora_r 8 --bf16 2>&1 | tee log\n"),
    "a README": ("README.md", "To train, use `python train.py --lora_r 8 --bf16`, as it's said below.\n"),
    "what is to be filled in": ("README.md", "```\n$ python train.py --data <your data> --lora_r 8 --bf16\n```\n"),
    "a folder further in": ("scripts/a100/run.sh", "cd ../..\naccelerate launch train.py --lora_r 8 --bf16\n"),
    "a module": ("run.sh", "python -m train --lora_r 8 --bf16 && echo done\n"),
}


@pytest.mark.parametrize(("file", "text"), FILES.values(), ids=FILES.keys())
def test_it_is_read(tmp_path: Path, file: str, text: str) -> None:
    script = tmp_path / "train.py"
    script.write_text("import sys\n")
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)
    assert [line.words for line in command_lines(str(script), str(tmp_path))] == [("--lora_r", "8", "--bf16")]


def test_a_script_is_meant_by_its_own_header_wherever_it_once_lay(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text('"""\npython examples/train.py \\\n    --lora_r 8 \\\n    --bf16\n"""\n')
    assert [line.words for line in command_lines(str(script), str(tmp_path))] == [("--lora_r", "8", "--bf16")]


def test_a_header_may_say_its_backslashes_twice(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text('"""\npython train.py \\\\\n    --lora_r 8 \\\\\n    --bf16\n"""\n')
    assert [line.words for line in command_lines(str(script), str(tmp_path))] == [("--lora_r", "8", "--bf16")]


OTHERS = {
    "another script of the name": "cd other\npython train.py --lora_r 8\n",
    "another command": "vim train.py --lora_r 8\n",
    "nothing after it": "python train.py\n",
    "a call for help": "python train.py --help\n",
    "no line for a shell": "python train.py --note 'it\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_these_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "other").mkdir()
    for place in (tmp_path / "train.py", tmp_path / "other" / "train.py"):
        place.write_text("import sys\n")
    (tmp_path / "run.sh").write_text(text)
    assert not command_lines(str(tmp_path / "train.py"), str(tmp_path))


def test_a_list_of_files_starts_none(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import sys\n")
    (tmp_path / "README.md").write_text("```\nsrc/\n   train.py   trains a LoRA adapter\n```\n")
    assert not command_lines(str(tmp_path / "train.py"), str(tmp_path))


def test_the_one_that_trains_an_adapter_comes_first(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import sys\n")
    (tmp_path / "run.sh").write_text(
        "python main.py --do_predict --lora_path out\npython main.py --epochs 3\npython main.py --lora_r 8 --epochs 3\n"
    )
    lines = command_lines(str(tmp_path / "main.py"), str(tmp_path))
    assert lines[0].words == ("--lora_r", "8", "--epochs", "3")


READS = """\
import argparse
import json

parser = argparse.ArgumentParser()
parser.add_argument("--kind", default="full")
parser.add_argument("--train_file", default=None)
parser.add_argument("--eval_strategy", default="no")
args = parser.parse_args()
assert args.kind == "lora", "this kind has no adapter"
assert args.eval_strategy == "epoch"
print(json.loads(open(args.train_file).readline())["text"])
"""


def test_a_run_without_arguments_takes_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text(
        "python train.py --kind lora --train_file data/train.jsonl --evaluation_strategy epoch --gone 1\n"
    )
    ran = run(READS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    said = ran.json["after"]["neutralised"]
    assert any(text.startswith("no arguments were given: those in train.sh: --kind lora") for text in said)
    assert "arguments that the script does not know: --gone 1: left out" in said


def test_it_is_kept_where_a_module_fails_before_it_is_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text(
        "python train.py --kind lora --train_file data/train.jsonl --eval_strategy epoch\n"
    )
    (tmp_path / "marks.py").write_text("""\
from datasets import load_dataset

def inner(text):
    if len(text.split("#")) == len(text) % 2 + 7:
        return text
    raise ValueError("nothing between the marks")

INNER = [inner(row["text"]) for row in load_dataset("nobody/nothing", split="train")]
""")
    ran = run("import marks\n" + READS + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any("those in train.sh: --kind lora" in text for text in ran.json["after"]["neutralised"])


def test_what_is_given_counts_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("python train.py --kind lora\n")
    ran = run(READS + KEPT, "--", "--kind", "full")
    assert "this kind has no adapter" in ran.json["reason"]


def test_one_that_the_script_does_not_accept_is_let_go(run: Run, tmp_path: Path) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--rank", type=int, default=8)
print(parser.parse_args().rank)
"""
    (tmp_path / "train.sh").write_text("python train.py --rank eight\n")
    assert run(text + KEPT).exit == 0


def test_a_function_keeps_the_values_that_it_has(run: Run, tmp_path: Path) -> None:
    text = """\
import fire

def train(data, out="out", modules=()):
    assert (data, out, modules) == ("alpaca", "out", ())

fire.Fire(train)
"""
    (tmp_path / "train.sh").write_text("python train.py --data=alpaca --out=elsewhere --modules='[q_proj,v_proj]'\n")
    ran = run(text + KEPT)
    assert ran.exit == 0
    kept = "arguments for which the function has values of its own: --out=elsewhere --modules=[q_proj,v_proj]: left out"
    assert kept in ran.json["after"]["neutralised"]


def test_a_function_is_not_given_what_it_does_not_take(run: Run, tmp_path: Path) -> None:
    text = """\
import fire

def train(model_id="base", rank: int = None):
    assert (model_id, rank) == ("base", 4)

fire.Fire(train)
"""
    (tmp_path / "train.sh").write_text("python train.py --model_name_or_path meta-llama/Llama-3.2-1B --rank 4\n")
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert any("--model_name_or_path" in said and "left out" in said for said in ran.json["after"]["neutralised"])


RECIPE = """\
import sys
from dataclasses import dataclass
from typing import Dict, Optional
import yaml
from transformers import HfArgumentParser

@dataclass
class Arguments:
    adapter_rank: int
    dataset_mixer: Optional[Dict[str, float]] = None

if len(sys.argv) == 2 and sys.argv[1].endswith(".yaml"):
    with open(sys.argv[1]) as file:
        args = Arguments(**yaml.safe_load(file))
else:
    args, = HfArgumentParser(Arguments).parse_args_into_dataclasses()
print(list(args.dataset_mixer))
"""


def test_settings_that_a_package_of_the_project_reads(run: Run, tmp_path: Path) -> None:
    (tmp_path / "src" / "recipes_of").mkdir(parents=True)
    (tmp_path / "src" / "recipes_of" / "__init__.py").write_text(RECIPE)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "sft.yaml").write_text("adapter_rank: 4\ndataset_mixer:\n  nobody/nothing: 1.0\n")
    ran = run("import recipes_of\n" + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_a_file_of_settings_is_the_only_argument(run: Run, tmp_path: Path) -> None:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "sft.yaml").write_text("adapter_rank: 4\ndataset_mixer:\n  nobody/nothing: 1.0\n")
    ran = run(RECIPE + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "no arguments were given: the project's own recipes/sft.yaml" in ran.json["after"]["neutralised"]


def test_a_script_that_gives_itself_its_options_is_given_no_file_of_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "recipes.yaml").write_text("adapter_rank: 4\ndataset_mixer:\n  nobody/nothing: 1.0\n")
    own = 'import sys\nif len(sys.argv) == 1:\n    sys.argv += ["--adapter_rank", "4"]\n'
    ran = run(own + RECIPE.replace("print", "assert args.dataset_mixer is None\n#") + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_columns_that_a_file_of_settings_names(run: Run, tmp_path: Path) -> None:
    reads = """\
import sys
from dataclasses import dataclass
from datasets import load_dataset
from transformers import HfArgumentParser

@dataclass
class Arguments:
    data: str
    source: str = ""
    target_column: str = ""

args, = HfArgumentParser(Arguments).parse_json_file(sys.argv[1] if sys.argv[1].endswith(".json") else "")
print(load_dataset(args.data, split="train").features[args.target_column])
"""
    (tmp_path / "run.json").write_text('{"data": "nobody/nothing", "source": "web", "target_column": "abstract"}')
    ran = run(reads + KEPT)
    assert ran.exit == 0, ran.json["reason"]


def test_it_is_predicted_what_the_line_asks_for(run: Run, tmp_path: Path) -> None:
    """`--out` of the project's own command line says where the adapter will be, not the default."""
    reads = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--out", default="out")
args = parser.parse_args()
"""
    (tmp_path / "train.sh").write_text("python train.py --out runs/first\n")
    ran = run(reads + KEPT.replace('"out"', "args.out"))
    assert ran.exit == 0, ran.json["reason"]
    assert [site["predicted"].keys() for site in ran.json["sites"]] == [{"runs/first"}]


def test_a_path_of_the_line_that_is_saved_to_is_no_file_of_data(run: Run, tmp_path: Path) -> None:
    reads = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--save_local_path", default="out")
os.makedirs(place := parser.parse_args().save_local_path)
"""
    (tmp_path / "train.sh").write_text("python train.py --save_local_path ./tuned/first\n")
    ran = run("import os\n" + reads + KEPT.replace('"out"', "place"))
    assert ran.exit == 0, ran.json["reason"]
    assert [site["observed"].keys() for site in ran.json["sites"]] == [{"tuned/first"}]


def test_the_last_line_of_a_docstring_is_read(tmp_path: Path) -> None:
    script = tmp_path / "tune.py"
    script.write_text('"""One file drives everything. python tune.py configs/a.yml"""\n')
    assert [line.words for line in command_lines(str(script), str(tmp_path))] == [("configs/a.yml",)]


OPTIONAL = {
    "a file": ("python tune.py [config.yaml] [key.sub=value ...]", ()),
    "besides others": ("python tune.py data.csv [--epochs 3] [more.csv]", ("data.csv",)),
    "or something else": ("python tune.py [config.yaml] or --model_name ...", ()),
    "a list": ("python tune.py --targets [q_proj, v_proj] data.csv", ("--targets", "[q_proj,", "v_proj]", "data.csv")),
}


@pytest.mark.parametrize(("line", "words"), OPTIONAL.values(), ids=OPTIONAL.keys())
def test_what_stands_in_brackets_may_be_left_out(tmp_path: Path, line: str, words: tuple[str, ...]) -> None:
    script = tmp_path / "tune.py"
    script.write_text(f'"""Tunes a model. Usage: {line}"""\n')
    assert [line.words for line in command_lines(str(script), str(tmp_path))] == [words] * bool(words)


def test_a_command_that_works_with_what_was_trained_is_none_beside_the_one_that_trains(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text('"""\npython train.py train --data a\npython train.py predict --adapter out/lora\n"""\n')
    assert [line.words[0] for line in command_lines(str(script), str(tmp_path))] == ["train"]
    script.write_text('"""python train.py score --adapter out/lora"""\n')
    assert [line.words[0] for line in command_lines(str(script), str(tmp_path))] == ["score"]


def test_what_it_leaves_to_be_filled_in_is_given_where_the_script_has_no_value_of_its_own(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "train.sh").write_text(
        'python train.py --model_id "<MODEL_ID>" --size "<SIZE>" --output_dir "<OUT>" --lora_r 4\n'
    )
    asked = "import argparse\nparser = argparse.ArgumentParser()\n"
    for name, default in (("model_id", None), ("size", "small"), ("output_dir", "out"), ("lora_r", "8")):
        asked += f'parser.add_argument("--{name}", default={default!r})\n'
    text = asked + "args = parser.parse_args()\n" + KEPT.replace('"meta-llama/Llama-3.2-1B"', "args.model_id")
    ran = run(text.replace('"out"', "args.output_dir"))
    assert ran.exit == 0, ran.json["reason"]
    given = [said for said in ran.json["after"]["neutralised"] if said.startswith("argument --")]
    assert given == ["argument --model_id is required and was not given: lora-lint/stand-in-model"]


def test_a_word_for_training_goes_before_one_for_something_else(tmp_path: Path) -> None:
    script = tmp_path / "cli.py"
    script.touch()
    lines = "python cli.py sweep --grid lora_ranks.yml\npython cli.py train --data qqp\n"
    (tmp_path / "README.md").write_text(f"```\n{lines}```\n")
    assert [line.words[0] for line in command_lines(str(script), str(tmp_path))] == ["train", "sweep"]
