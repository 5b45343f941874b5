"""Answers of two loads on a GPU: never quite the same, so an adapter must only bring back most of what it changed."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from lora_lint_runner.child.observe.outputs import Answer
from lora_lint_runner.child.verify.answering import CLOSE, compared

BASE = torch.zeros(2, 8)
TRAINED = torch.ones(2, 8)


def answer(output: Any, device: str) -> Answer:
    """The question lies on a device; torch's "meta" is one that every machine has."""
    inputs = ((), {"input_ids": torch.empty(2, 4, device=device)})
    return Answer("out", inputs, output, None, None, None, None, {}, False, None, None)


@pytest.mark.parametrize(
    ("after", "on_cpu", "on_device"),
    [
        pytest.param(TRAINED * 0.9999, True, True, id="rounding"),
        pytest.param(TRAINED * 0.9, False, True, id="coarse numbers"),
        pytest.param(TRAINED * 0.5, False, None, id="half of it"),
        pytest.param(BASE, False, False, id="as the base"),
    ],
)
def test_what_is_said_of_a_reload(after: Any, on_cpu: bool, on_device: bool | None) -> None:
    assert compared(BASE, after, answer(TRAINED, "cpu"), CLOSE).ok is on_cpu
    assert compared(BASE, after, answer(TRAINED, "meta"), CLOSE).ok is on_device
