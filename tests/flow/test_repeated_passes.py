"""A pass of a loop that the next would only repeat is run once; any other is run again, told by the trace's events."""

from __future__ import annotations

import pytest

import lora_lint
from lora_lint.lifecycle.events.training import Tested, Trained

SCRIPT = """\
import torch
from peft import LoraConfig, get_peft_model, set_peft_model_state_dict
from transformers import AutoModelForCausalLM

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig())
optimizer = torch.optim.AdamW(model.parameters())
total = 0
for {loop}:
{body}
    loss = model(**rows).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
model.save_pretrained("out")
"""


def passes(loop: str, body: str = "") -> int:
    """How often the loop's training was met."""
    return len(list(lora_lint.analyze_source(SCRIPT.format(loop=loop, body=body)).lifecycle.of(Trained)))


@pytest.mark.parametrize("loop", ["rows in loader", "_ in range(3)", "number in range(amount)", "_ in ('a', 'b')"])
def test_a_plain_training_loop_is_run_through_once(loop: str) -> None:
    assert passes(loop) == 1


@pytest.mark.parametrize(
    "body",
    [
        "    total += float(loss)",
        "    model.save_pretrained('last')",
        "    with torch.no_grad():\n        model(**rows)",
        "    model.generate(**rows)",
        "    set_peft_model_state_dict(model, torch.load('averaged.pt'))",
        "    if torch.rand(1) > 0.5:\n        continue",
        "    if model.training:\n        break",
        "    model.add_adapter(rows, LoraConfig())\n    model.set_adapter(rows)",
    ],
)
def test_a_pass_that_does_something_else_besides_is_followed_by_another(body: str) -> None:
    assert passes("rows in loader", body) > 1


def test_every_item_that_the_body_names_has_a_pass() -> None:
    assert passes("name in ('a', 'b', 'c')", "    print(name)") == 3


def test_a_model_that_is_tried_before_it_is_trained_is_a_trained_one_in_the_next_pass() -> None:
    trial = "    with torch.no_grad():\n        model(**rows)"
    found = lora_lint.analyze_source(SCRIPT.format(loop="rows in loader", body=trial))
    assert len(list(found.lifecycle.of(Tested))) >= 1


def test_the_last_item_is_what_the_variable_has_behind_the_loop() -> None:
    text = SCRIPT.format(loop="where in ('first', 'last')", body="").replace('"out"', "where")
    [saved] = [event for event in lora_lint.trace_source(text)["events"] if event["kind"] == "saved"]
    assert saved["place"] == "last"
