"""The question that a saved model is asked again: two rows of the batch that it was trained on."""

from __future__ import annotations

from typing import Any

import torch

from lora_lint_runner.child.observe.outputs import Outputs
from lora_lint_runner.child.observe.state import Models


class Detector(torch.nn.Module):
    """As those of transformers: what is to be seen on each picture is told in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.head = torch.nn.Linear(4, 2)

    def forward(self, pixels: Any = None, labels: Any = None, sizes: Any = None) -> Any:
        assert len(pixels) == len(labels)
        return self.head(pixels) * len(sizes)


def test_what_is_told_of_each_row_in_a_list_is_cut_with_the_rows() -> None:
    outputs = Outputs(Models())
    labels = [{"boxes": torch.zeros(place, 4)} for place in range(3)]
    outputs.asked((), {"pixels": torch.ones(3, 4), "labels": labels, "sizes": ["one", "for", "the", "whole"]})
    answer = outputs.expect(Detector())
    assert answer is not None
    assert answer.shape == (2, 2)
