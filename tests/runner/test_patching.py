"""What is put in the place of functions and methods of libraries."""

from __future__ import annotations

from typing import Any

from lora_lint_runner.child.patching import Patches


class Trainer:
    def train(self) -> str:
        return "trained"


class Further(Trainer):
    pass


def loudly(real: Any) -> Any:
    return lambda *args: real(*args).upper()


def test_a_method_that_a_class_has_from_another_is_replaced_in_the_class_alone() -> None:
    Patches().replace(Further, "train", loudly)
    assert (Trainer().train(), Further().train()) == ("trained", "TRAINED")


def test_a_function_that_stands_for_a_class_has_no_methods() -> None:
    def made() -> Trainer:
        return Trainer()

    Patches().replace(made, "__call__", loudly)
    assert made().train() == "trained"
