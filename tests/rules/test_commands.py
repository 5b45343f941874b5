"""Commands of a command line, which nobody in the script calls: what one saves another loads."""

from __future__ import annotations

import pytest

from lora_lint import check_source

SCRIPT = """\
from pathlib import Path

import torch
import typer
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

cli = typer.Typer()


def adapted():
    return get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())


def restore(file):
    model = adapted()
    {load}
    return model


@cli.command()
def train({given}):
    model = adapted()
    for batch in batches:
        model(**batch).loss.backward()
    torch.save({{key: value.cpu() for key, value in get_peft_model_state_dict(model).items()}}, {file})


@cli.command()
def score({given}):
    restore({file}).generate(prompts)


cli()
"""
LOAD = "model.load_state_dict(torch.load(file), strict=False)"


def told(given: str, file: str, load: str = LOAD) -> list[tuple[str, str]]:
    text = SCRIPT.format(given=given, file=file, load=load)
    return [(found.name, found.severity) for found in check_source(text) if found.name == "adapter-keys-unmatched"]


def test_a_file_that_is_named_in_the_script() -> None:
    """`restore` is run with what `score` gives it, not by itself, where its file may be any."""
    assert told("", '"lora.pt"') == [("adapter-keys-unmatched", "error")]


@pytest.mark.parametrize("given", ['weights: str = "lora.pt"', 'weights: Path = Path("lora.pt")'])
def test_a_file_that_has_this_name_by_default(given: str) -> None:
    assert told(given, "weights") == [("adapter-keys-unmatched", "warning")]


def test_a_file_that_is_always_given_may_be_another() -> None:
    assert told("weights: Path", "weights") == []


def test_what_peft_wrote_peft_puts_in() -> None:
    assert told("", '"lora.pt"', "set_peft_model_state_dict(model, torch.load(file))") == []
