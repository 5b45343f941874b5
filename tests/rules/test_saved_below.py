"""Named adapters, which PEFT saves to a folder below: loads from the directory that was given."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
import argparse

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def fit(options):
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(), adapter_name="law")
    Trainer(model=model, args=TrainingArguments("runs", save_strategy="no")).train()
    model.save_pretrained({saved})


def answer(options):
    return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), {loaded})


parser = argparse.ArgumentParser()
parser.add_argument("step", default="all")
parser.add_argument("--out", default="out")
options = parser.parse_args()
"""
ONE_BY_ONE = """\
if options.step in ("fit", "all"):
    fit(options)
if options.step in ("answer", "all"):
    answer(options)
"""
BY_TABLE = """\
STEPS = {"fit": (fit,), "answer": (answer,), "all": (fit, answer)}
for step in STEPS[options.step]:
    step(options)
"""


def told(calls: str, saved: str, loaded: str) -> list[tuple[str, str]]:
    """(severity, message) of each finding."""
    return [
        (found.severity, found.message) for found in check_source(SCRIPT.format(saved=saved, loaded=loaded) + calls)
    ]


@pytest.mark.parametrize("calls", [ONE_BY_ONE, BY_TABLE], ids=["one by one", "by a table of functions"])
def test_a_run_that_does_both_misses_it(calls: str) -> None:
    [(severity, message)] = told(calls, "options.out", "options.out")
    assert (severity, message.rpartition(": ")[2]) == ("warning", 'the adapter is in "<out>/law"')


@pytest.mark.parametrize("calls", [ONE_BY_ONE, BY_TABLE], ids=["one by one", "by a table of functions"])
def test_loaded_from_the_folder_below(calls: str) -> None:
    assert told(calls, "options.out", 'f"{options.out}/law"') == []


def test_a_directory_that_the_script_never_saves_to_may_hold_another() -> None:
    assert told(ONE_BY_ONE, 'f"{options.out}/best"', "options.out") == []
