"""Which of several classes' methods runs, told by the directory that a save writes to."""

from __future__ import annotations

import pytest

from lora_lint import trace_source

HEAD = """\
from typing import Generic, TypeVar
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

model = get_peft_model(AutoModelForCausalLM.from_pretrained("gpt2"), LoraConfig(task_type="CAUSAL_LM"))
Trainer(model, TrainingArguments("runs", save_strategy="no"), train_dataset=rows).train()
T = TypeVar("T")


class Run:
    def place(self):
        return "run"


class Logged(Run):
    def place(self):
        return "logged-" + super().place()


class Dated(Run):
    def place(self):
        return "dated-" + super().place()


class Quiet(Run):
    pass


class Typed(Generic[T]):
    def place(self):
        return "typed"


class Keyed:
    def __class_getitem__(cls, key):
        return Logged if key == "logged" else Dated


"""


def place(cls: str) -> str:
    """Where an instance of a class with these bases says that its model goes."""
    script = f"{HEAD}class Mine({cls}):\n    pass\n\n\nmodel.save_pretrained(Mine().place())\n"
    [site] = trace_source(script)["sites"]
    [found] = site["predictions"][0]["directories"]
    return str(found)


@pytest.mark.parametrize(
    ("bases", "found"),
    [
        ("Logged", "logged-run"),
        ("Logged, Dated", "logged-dated-run"),
        ("Dated, Logged", "dated-logged-run"),
        ("Quiet, Dated", "dated-run"),
        ("Logged, Quiet, Dated", "logged-dated-run"),
        ("Logged, Run", "logged-run"),
    ],
)
def test_a_base_that_others_share_comes_behind_all_of_them(bases: str, found: str) -> None:
    assert place(bases) == found


def test_a_class_with_parameters_is_the_class() -> None:
    assert place("Typed[int]") == "typed"


def test_a_class_may_say_itself_what_it_gives_under_a_key() -> None:
    assert place("Keyed['dated']") == "dated-run"
