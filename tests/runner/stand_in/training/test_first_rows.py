"""Evaluations on the first rows of a script's own data set."""

from __future__ import annotations

from typing import Any

import pytest

from lora_lint_runner.child.stand_in.training.first_rows import first_rows


class Pairs:
    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self.form = "a: b"

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, place: int) -> tuple[str, str]:
        return self.pairs[place]


class Lines:
    """Nothing in it is as long as it is."""

    kind = "lines"

    def __len__(self) -> int:
        return 20

    def __getitem__(self, place: int) -> str:
        return f"line {place}"


def test_what_a_script_asks_its_data_set_for_is_as_long_as_it() -> None:
    whole = Pairs([(str(n), str(-n)) for n in range(20)])
    few = first_rows(whole, 8)
    assert (type(few), len(few), few[7], few.form) == (Pairs, 8, ("7", "-7"), "a: b")
    assert [target for _, target in few.pairs] == [str(-n) for n in range(8)]
    assert len(whole.pairs) == 20


def test_one_that_cannot_be_cut_answers_as_the_whole() -> None:
    few = first_rows(Lines(), 8)
    assert (len(few), few[0], few.kind) == (8, "line 0", "lines")
    with pytest.raises(AttributeError):
        _ = few.nothing_of_the_kind


@pytest.mark.parametrize("rows", [iter([1, 2]), {1, 2}])
def test_what_has_no_order_stays(rows: Any) -> None:
    assert first_rows(rows, 1) is rows
