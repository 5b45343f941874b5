"""Rows and batches in the place of those that do not do, looked at by themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lora_lint_runner.child.stand_in.models.inputs import batches
from lora_lint_runner.child.stand_in.models.inputs.undecided import TEXT, MadeUp
from lora_lint_runner.child.stand_in.training import feeding


def test_rows_have_the_numbers_by_which_a_sampler_of_the_scripts_own_draws_them() -> None:
    rows = feeding.Rows(feeding._as_many_as(["odd"] * 44))
    assert rows[43]["input_ids"]
    with pytest.raises(IndexError):
        rows[44]
    assert len(feeding.Rows(feeding._as_many_as([]))) == feeding.ROWS


def test_rows_that_a_trainer_has_prepared_by_itself_are_no_batches_of_a_model() -> None:
    """Though rows that were made up at first were refused."""
    seen = SimpleNamespace(spec=SimpleNamespace(learned={"fed": True}), met=SimpleNamespace(texts_given=True))
    assert not feeding.useless(seen, [{"prompt": "What is it?"}])  # type: ignore[arg-type]
    seen.met.texts_given = False
    assert feeding.useless(seen, [{"prompt": "What is it?"}])  # type: ignore[arg-type]


def test_a_weight_that_is_reckoned_from_what_was_passed_over_leaves_something_to_learn() -> None:
    """`desirable_weight=min(1 / ratio, 4.0)`: with 0 no gradient would come to any weight."""
    ratio = MadeUp("made-up rows")
    assert min(1 / ratio, 4.0) == 1.0
    assert float(ratio) == 2 * ratio == 1.0
    assert isinstance(ratio / ratio, MadeUp)


def test_what_was_passed_over_is_a_number_where_one_is_reckoned_with() -> None:
    """`accumulate = settings["batch"] // settings["per_device"]`, `range(int(epochs))`, `if step % every == 0`."""
    number = MadeUp("made-up rows")
    assert [16 // number, number // 4, 10 % number, number % 3] == [1, 1, 0, 0]
    assert [*range(int(number)), *range(round(number))] == [0, 0]
    assert number**2 == 0.5**number * 1.0 == 1.0


def test_what_was_passed_over_is_a_text_beside_one_and_nothing_beside_a_list() -> None:
    """`"user: " + text`, `prompt_ids + answer_ids`, `n = embedded.size(1) - labels.size(1)`."""
    rows = MadeUp("made-up rows")
    assert "user: " + rows + "</s>" == f"user: {TEXT}</s>"
    start, end = [1, 2], [3]
    assert [start + rows, rows + end, start + rows + end] == [[1, 2], [3], [1, 2, 3]]
    assert [type(size - 4) for size in (rows.size(1), rows.shape[1], rows)] == [int, int, float]


def test_a_part_of_a_batch_is_a_text_beside_one_and_numbers_beside_a_list() -> None:
    torch = pytest.importorskip("torch")
    ids = batches.Batch({"input_ids": torch.tensor([3, 4])})["text"]
    assert "user: " + ids + "</s>" == f"user: {TEXT}</s>"
    start, end = [1, 2], [5]
    assert start + ids + end == start + (ids + end) == [1, 2, 3, 4, 5]
    assert ids.strip().lower() == TEXT.lower()
    assert (ids + ids + 1).tolist() == [7, 9]


def test_a_trainer_of_likes_is_given_both_kinds() -> None:
    pytest.importorskip("datasets")
    assert {*feeding._texts(feeding.OF_TRAINERS["kto"], {})["label"]} == {True, False}


def test_a_loss_of_an_evaluation_is_a_number_of_torch() -> None:
    """In which no gradient comes to the scores, and its weights were passed over."""
    torch = pytest.importorskip("torch")
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    assert loss(torch.zeros(2, 3), torch.ones(2, 3), pos_weight=MadeUp("made-up rows")).ndim == 0


def test_weights_of_classes_that_were_passed_over_are_none() -> None:
    """However many classes there are."""
    torch = pytest.importorskip("torch")
    scores = torch.zeros(4, 10, requires_grad=True)
    loss = torch.nn.CrossEntropyLoss(weight=MadeUp("made-up rows"))
    assert loss(scores, torch.tensor([1, 2, 3, 4])).requires_grad


def test_rows_have_some_length_by_which_a_sampler_puts_them_into_order() -> None:
    pytest.importorskip("torch")
    sampler = pytest.importorskip("transformers.trainer_pt_utils").LengthGroupedSampler
    assert sorted(sampler(2, dataset=feeding.Rows())) == list(range(len(feeding.Rows())))


def test_rows_to_evaluate_on_are_refused_with_those_to_train_on() -> None:
    given: dict[str, Any] = {}
    run = SimpleNamespace(
        spec=SimpleNamespace(learned={"fed": True}), met=SimpleNamespace(texts_given=False), neutral=list
    )
    init = feeding._trainer(run, lambda self, **options: given.update(options), lambda options: ["made up"])  # type: ignore[arg-type]
    init(None, train_dataset=["odd"], eval_dataset=["odd"])
    assert given == {"train_dataset": ["made up"], "eval_dataset": ["made up"]}
