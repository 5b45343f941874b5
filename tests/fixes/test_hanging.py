"""Fixes of what hangs on a test, or on what the caller of a function gives it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Fixed = Callable[[str], "str | None"]

HEAD = """\
import os

from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments


def train(model):
    Trainer(model=model, args=TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()


base = AutoModelForCausalLM.from_pretrained("gpt2")
"""
MERGED = """\
        use, keep = bool(os.environ.get("LORA")), bool(os.environ.get("KEEP"))
        model = get_peft_model(base, LoraConfig()) if use else base
        train(model)
        final = {merged}
        final.save_pretrained("out")
"""
SAVE = 'model.save_pretrained("out-adapter")'


@pytest.mark.parametrize(
    ("merged", "lines"),
    [
        ("model.merge_and_unload() if use else model", f"if use:\n    {SAVE}\n"),
        ("model if not use else model.merge_and_unload()", f"if use:\n    {SAVE}\n"),
        ("model.merge_and_unload() if use and not keep else model", f"if use and not keep:\n    {SAVE}\n"),
        (
            "model.merge_and_unload() if isinstance(model, PeftModel) else model",
            f"if isinstance(model, PeftModel):\n    {SAVE}\n",
        ),
    ],
)
def test_the_adapter_is_saved_where_the_model_is_merged(merged: str, lines: str, fixed: Fixed) -> None:
    made = fixed(MERGED.format(merged=merged))
    assert made is not None
    assert f"train(model)\n{lines}final = " in made


def test_what_cannot_be_asked_twice_is_not(fixed: Fixed) -> None:
    assert fixed(MERGED.format(merged="model.merge_and_unload() if use and input() else model")) is None


LOADED = """\
        def load(path{parameter}):
            return PeftModel.from_pretrained(base, path, is_trainable={value})


        model = load("a"{given})
        train(model)
        model.save_pretrained("out")
"""


@pytest.mark.parametrize("given", ["", ", train=False"])
def test_a_function_that_hands_on_whether_to_train_is_told_so(given: str, fixed: Fixed) -> None:
    made = fixed(LOADED.format(parameter=", train=False", value="train", given=given))
    assert made is not None
    assert "is_trainable=train)" in made
    assert 'model = load("a", train=True)\n' in made


def test_what_is_given_by_its_place_is_left(fixed: Fixed) -> None:
    made = fixed(LOADED.format(parameter=", train=False", value="train", given=", False"))
    assert made is None or "is_trainable=True)" in made


def test_a_line_that_loads_several_adapters_is_left(fixed: Fixed) -> None:
    made = fixed("""\
        def load(path):
            return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("gpt2"), path)


        reference = load("a")
        model = load("b")
        train(model)
        model.save_pretrained("out")
    """)
    assert made is None


def test_a_load_that_is_told_by_place_is_told_there(fixed: Fixed) -> None:
    made = fixed("""\
        model = PeftModel.from_pretrained(base, "a", "default", False)
        train(model)
        model.save_pretrained("out")
    """)
    assert made is not None
    assert 'PeftModel.from_pretrained(base, "a", "default", True)' in made


def test_a_function_that_freezes_what_it_is_given_is_left(fixed: Fixed) -> None:
    made = fixed("""\
        def freeze(model):
            for parameter in model.parameters():
                parameter.requires_grad_(False)


        model = get_peft_model(base, LoraConfig())
        freeze(model)
        train(model)
        model.save_pretrained("out")
    """)
    assert made is None


def test_a_loop_that_does_nothing_but_freeze_goes_as_a_whole(fixed: Fixed) -> None:
    made = fixed("""\
        model = get_peft_model(base, LoraConfig())
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        train(model)
        model.save_pretrained("out")
    """)
    assert made == 'model = get_peft_model(base, LoraConfig())\ntrain(model)\nmodel.save_pretrained("out")\n'
