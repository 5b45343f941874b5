"""Settings that a script lays over its defaults: what a file of them may say is not known."""

from __future__ import annotations

import pytest

import lora_lint

SCRIPT = """\
import collections
import tomllib
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

settings = dict(adapter="out", merged="out")
with open("run.toml", "rb") as file:
    given = tomllib.load(file)
{laid_over}
model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
for batch in loader():
    model(**batch).loss.backward()
    optimizer.step()
model.save_pretrained(settings["adapter"])
model.merge_and_unload().save_pretrained(settings["merged"])
"""

OVER = [
    "settings.update(given)",
    "settings |= given",
    "settings = settings | given",
    "settings = {**settings, **given}",
    "settings = dict(settings, **given)",
    "settings = collections.ChainMap(given, settings)",
]


@pytest.mark.parametrize("laid_over", OVER)
def test_a_file_may_tell_other_places_than_the_defaults(laid_over: str) -> None:
    assert lora_lint.check_source(SCRIPT.format(laid_over=laid_over)) == []


@pytest.mark.parametrize("laid_over", ["", "settings = {**given, **settings}", "settings.update(rank=8)"])
def test_what_stays_as_it_is_is_known(laid_over: str) -> None:
    found = lora_lint.check_source(SCRIPT.format(laid_over=laid_over))
    assert [finding.name for finding in found] == ["merged-into-adapter-dir"]
