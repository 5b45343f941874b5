"""Fixes where the line holds more than the mistake, and where what is corrected is used more than once."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from lora_lint import check_source

HEAD = """\
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

def train(model):
    for batch in rows:
        model(**batch).loss.backward()
        optimizer.step()
    model.save_pretrained("out")

"""

Fixed = Callable[[str], "str | None"]
WRAPPED = 'model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())\ntrain(model)\n'


def test_every_read_of_a_file_gets_the_reader_that_fits(fixed: Fixed) -> None:
    script = WRAPPED + 'FILE = "out/adapter_model.{}"\nfirst, second = {}(FILE), {}(FILE)\n'
    read = script.format("bin", "torch.load", "torch.load")
    assert fixed(read) == script.format("safetensors", "load_file", "load_file")


@pytest.mark.parametrize(
    "line",
    [
        'model = AutoModelForCausalLM.from_pretrained("gpt2"); model = torch.compile(model)\n',
        'model = AutoModelForCausalLM.from_pretrained("gpt2")\nmodel = torch.compile(model); print("compiled")\n',
    ],
)
def test_no_fix_leaves_a_name_given_to_itself(fixed: Fixed, line: str) -> None:
    after = fixed(dedent(line) + "model = get_peft_model(model, LoraConfig())\ntrain(model)\n")
    assert after is None or "model = model" not in after


@pytest.mark.parametrize(
    ("line", "applicability"),
    [
        ("{put}", "safe"),
        ("{put}; print('loaded')", "safe"),
        ("missing = {put}", "unsafe"),
        ("print({put}.missing_keys)", "unsafe"),
    ],
)
def test_what_looks_at_the_answer_of_a_call_may_find_another_one(line: str, applicability: str) -> None:
    """`load_state_dict` tells which keys were missing, and so does what is called in its place, of other keys."""
    put = 'model.load_state_dict(load_file("adapter_model.safetensors"), strict=False)'
    script = HEAD + WRAPPED.replace("train(model)\n", line.format(put=put) + "\ntrain(model)\n")
    [finding] = check_source(script)
    assert finding.name == "adapter-keys-unmatched"
    assert finding.fix is not None
    assert finding.fix.applicability == applicability
