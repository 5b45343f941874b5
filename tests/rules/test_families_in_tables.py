"""The family of a model and the modules that are adapted, where both come out of one table or one branch."""

from __future__ import annotations

import pytest

import lora_lint

HEAD = """\
import argparse
from dataclasses import dataclass, field
from typing import NamedTuple

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--family", default="opt")
args = parser.parse_args()
"""
USE = """\
tokenizer = AutoTokenizer.from_pretrained({name})
model = AutoModelForCausalLM.from_pretrained({name})
config = LoraConfig(task_type="CAUSAL_LM", r=8, target_modules={targets})
model = get_peft_model(model, config)
"""
TUPLES = """\
FAMILIES = {{"opt": ("facebook/opt-125m", ["q_proj", "v_proj"]), "gpt2": ("gpt2", [{targets}])}}
name, targets = FAMILIES[args.family]
"""
DICTS = """\
FAMILIES = {{
    "opt": {{"name": "facebook/opt-125m", "targets": ["q_proj", "v_proj"]}},
    "gpt2": dict(name="gpt2", targets=[{targets}]),
}}
family = FAMILIES[args.family]
"""
NAMED = """\
class Family(NamedTuple):
    name: str
    targets: list
    rank: int = 8


FAMILIES = {{"opt": Family("facebook/opt-125m", ["q_proj", "v_proj"])}}
FAMILIES["gpt2"] = Family("gpt2", targets=[{targets}])
family = FAMILIES.get(args.family)
"""
DATA = NAMED.replace("class Family(NamedTuple)", "@dataclass\nclass Family")
BRANCHES = """\
if args.family == "gpt2":
    name, targets = "gpt2", [{targets}]
else:
    name, targets = "facebook/opt-125m", ["q_proj", "v_proj"]
"""


@pytest.mark.parametrize(
    ("table", "name", "targets"),
    [
        pytest.param(TUPLES, "name", "targets", id="tuples"),
        pytest.param(DICTS, 'family["name"]', 'family["targets"]', id="dicts"),
        pytest.param(NAMED, "family.name", "family.targets", id="named tuples"),
        pytest.param(DATA, "family.name", "family.targets", id="data classes"),
        pytest.param(BRANCHES, "name", "targets", id="branches"),
    ],
)
def test_each_name_goes_with_its_modules(table: str, name: str, targets: str) -> None:
    def found(own: str) -> list[str]:
        script = HEAD + table.format(targets=own) + USE.format(name=name, targets=targets)
        return [finding.name for finding in lora_lint.check_source(script)]

    assert found('"q_proj", "v_proj"') == ["target-modules-mismatch"]
    assert found('"c_attn"') == []
    assert found('"c_attn", "c_proj"') == []


def test_models_of_several_calls_are_told_apart_by_nothing() -> None:
    """Which of them a variable holds hangs on a test that is over: nothing is said of their families."""
    each = 'model = AutoModelForCausalLM.from_pretrained("{}")\n    targets = ["{}"]\n'
    script = (
        f"if args.family:\n    {each.format('gpt2', 'c_attn')}else:\n    {each.format('facebook/opt-125m', 'q_proj')}"
    )
    script += (
        "config = LoraConfig(task_type='CAUSAL_LM', target_modules=targets)\nmodel = get_peft_model(model, config)\n"
    )
    assert lora_lint.check_source(HEAD + script) == []
