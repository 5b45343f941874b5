"""Options that decide whether a script uses PEFT, trains and saves are set so that it does."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

from tests.runner.conftest import Run
from tests.runner.samples import HEAD, KEPT, LOOP, SAVE, TRAINED


def test_the_switch_that_brings_peft_into_play_is_on(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--use_peft_lora", action="store_true")
if not parser.parse_args().use_peft_lora:
    None.config
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --use_peft_lora: given" in ran.json["after"]["neutralised"]


def test_the_switch_is_on_that_a_file_of_arguments_leaves_off(run: Run, tmp_path: Path) -> None:
    (tmp_path / "full.yaml").write_text("rate: 0.1\nrank: 4\n")
    text = """\
import sys
from dataclasses import dataclass
from transformers import HfArgumentParser

@dataclass
class Own:
    rate: float = 0.5
    rank: int = 8
    use_peft: bool = False

assert sys.argv[1].endswith(".yaml")
own, = HfArgumentParser(Own).parse_yaml_file(sys.argv[1])
assert (own.rate, own.rank) == (0.1, 4)
"""
    wrapping = "model = base\nif own.use_peft is True:\n    model = get_peft"
    ran = run(text + KEPT.replace("model = get_peft", wrapping))
    assert ran.exit == 0, ran.json["reason"]
    assert "argument use_peft is required and was not given: True" in ran.json["after"]["neutralised"]


def test_a_switch_that_is_on_is_not_taken_back(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--use_peft", action="store_true")
parser.add_argument("--no_use_peft", dest="use_peft", action="store_false")
if not parser.parse_args().use_peft:
    raise SystemExit
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert [a["usable"] for a in ran.json["after"]["adapters"]] == [True]


def test_the_method_that_brings_peft_into_play_is_chosen(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--method", default="full")
method = parser.parse_args().method
"""
    wrapping = 'model = base\nif method == "head":\n    pass\nelif method in ("adapter", "both"):\n    model = get_peft'
    ran = run(text + KEPT.replace("model = get_peft", wrapping))
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --method is required and was not given: adapter" in ran.json["after"]["neutralised"]


def test_what_is_predicted_goes_by_the_method_that_was_chosen(run: Run) -> None:
    """The place that the adapter is written to is called as it."""
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--method", default="full")
method = parser.parse_args().method
"""
    wrapping = 'model = base\nif method == "adapter":\n    model = get_peft'
    saved = text + KEPT.replace("model = get_peft", wrapping).replace('"out"', 'os.path.join("out", method)')
    ran = run(saved)
    assert ran.exit == 0, ran.json["reason"]
    assert [site["predicted"] for site in ran.json["sites"]] == [site["observed"] for site in ran.json["sites"]]
    assert [a["directory"] for a in ran.json["after"]["adapters"]] == ["out/adapter"]


def test_the_method_with_which_a_trainer_is_given_a_config_is_chosen(run: Run) -> None:
    text = """\
import argparse
from transformers import AutoModelForCausalLM
from datasets import Dataset
from peft import LoraConfig
from trl import SFTConfig, SFTTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--method", default="full")
args = parser.parse_args()
trainer = SFTTrainer(
    model=AutoModelForCausalLM.from_pretrained("meta-llama/Llama-3.2-1B"),
    args=SFTConfig("runs", report_to="none", save_strategy="no"),
    train_dataset=Dataset.from_dict({"text": ["It costs 3 euros."] * 8}),
    peft_config=LoraConfig(task_type="CAUSAL_LM") if args.method in ["lora", "dora"] else None,
)
trainer.train()
trainer.save_model("out")
"""
    ran = run(text)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --method is required and was not given: lora" in ran.json["after"]["neutralised"]


def test_the_number_above_which_peft_comes_into_play_is_given(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--rank", type=int, default=0)
args = parser.parse_args()
whole = True
adapts = whole and args.rank > 0

def adapted(model):
    return get_peft_model(model, LoraConfig(r=args.rank, task_type="CAUSAL_LM"))
"""
    head, tail = KEPT.split("model = get_peft_model", 1)
    wrapping = "model = base\nif adapts:\n    model = adapted(model)\n" + tail.split("\n", 1)[1]
    ran = run(head.replace("base = ", text + "base = ") + wrapping)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --rank is required and was not given: 8" in ran.json["after"]["neutralised"]


def test_the_switch_that_brings_training_into_play_is_on_where_a_script_stops_without(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--do_train", action="store_true")
if parser.parse_args().do_train:
    rows = [1]
print(rows)
"""
    ran = run(text + KEPT)
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --do_train: given" in ran.json["after"]["neutralised"]


def test_what_the_way_to_a_save_asks_for_besides_is_given(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--train", action="store_true")
parser.add_argument("--rows_file")
parser.add_argument("--kind", default="third")
args = parser.parse_args()
if args.kind == "first":
    lines = 1
elif args.kind == "second":
    lines = 2
print(lines)
if args.train and args.rows_file:
    print(len(open(args.rows_file).read()))
"""
    ran = run(text + "".join(f"    {line}\n" for line in KEPT.splitlines()))
    assert ran.exit == 0, ran.json["reason"]
    assert "argument --kind is required and was not given: first" in ran.json["after"]["neutralised"]


def test_a_switch_that_the_save_waits_for_is_on_once_the_script_has_trained(run: Run) -> None:
    text = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--save_model", action="store_true")
parser.add_argument("--push", action="store_true")
args = parser.parse_args()
"""
    ran = run(text + TRAINED + f"if args.save_model:\n    {SAVE}if args.push:\n    print('there')\n")
    assert ran.exit == 0, ran.json["reason"]
    assert [said for said in ran.json["after"]["neutralised"] if "argument" in said] == ["argument --save_model: given"]


def test_a_switch_that_keeps_the_script_from_training_is_off(run: Run) -> None:
    text = """\
from dataclasses import dataclass
from transformers import HfArgumentParser

@dataclass
class Own:
    evaluate_only: bool = True

own, = HfArgumentParser(Own).parse_args_into_dataclasses()
"""
    ran = run(text + HEAD + "if not own.evaluate_only:\n" + indent(LOOP + SAVE, "    "))
    assert ran.exit == 0, ran.json["reason"]
