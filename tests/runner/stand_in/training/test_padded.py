"""Long batches of short rows are made as short as the rows are, where the padding is the same everywhere."""

from __future__ import annotations

import pytest
import torch

from lora_lint_runner.child.stand_in.training.padded import kept

LONG = 2048


def batch(real: slice, **more: torch.Tensor) -> dict[str, torch.Tensor]:
    """Two rows with tokens at some places, padded to thousands."""
    ids, mask, labels = torch.zeros(2, LONG, dtype=int), torch.zeros(2, LONG), torch.full((2, LONG), -100)
    ids[:, real], mask[:, real], labels[:, real] = 7, 1, 7
    return {"input_ids": ids, "attention_mask": mask, "labels": labels, **more}


@pytest.mark.parametrize("real", [slice(0, 300), slice(LONG - 300, LONG), slice(100, 300)])
def test_what_all_rows_are_padded_with_is_left_out(real: slice) -> None:
    assert kept(batch(real)) == real


def test_rows_that_begin_and_end_elsewhere_are_kept_whole() -> None:
    found = batch(slice(0, 100))
    found["attention_mask"][1, 400] = 1
    assert kept(found) == slice(0, 401)


def test_answers_that_go_on_beyond_the_questions_are_kept() -> None:
    found = batch(slice(0, 300))
    found["labels"][0, 500] = 7
    assert kept(found) is None
