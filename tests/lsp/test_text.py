"""Texts under edit, lines and columns as the protocol counts them."""

from __future__ import annotations

import pytest
from lsprotocol import types

from lora_lint_lsp.outcome import Shift
from lora_lint_lsp.text import Encoding, Text, split_lines


def span(a: int, b: int, c: int, d: int) -> types.Range:
    return types.Range(start=types.Position(a, b), end=types.Position(c, d))


def edited(text: str, where: types.Range, new: str, kind: str = "utf-16") -> str:
    document = Text(text, Encoding(kind))
    document.replace(where, new)
    assert document.lines == split_lines(document.whole)
    return document.whole


def test_lines_end_at_lf_crlf_and_cr_and_nowhere_else() -> None:
    assert split_lines("a\nb\r\nc\rd\x0ce\u2028f") == ["a\n", "b\r\n", "c\r", "d\x0ce\u2028f"]
    assert split_lines("") == []
    assert split_lines("a\n") == ["a\n"]


def test_an_edit_in_the_middle_of_a_line() -> None:
    assert edited("one\ntwo\nthree", span(1, 1, 1, 2), "-") == "one\nt-o\nthree"


def test_an_edit_over_several_lines() -> None:
    assert edited("one\ntwo\nthree", span(0, 1, 2, 2), "") == "oree"


def test_a_range_may_be_given_from_its_end() -> None:
    assert edited("one two", span(0, 5, 0, 2), "-") == "on-wo"
    assert edited("one\ntwo", span(1, 1, 0, 2), "-") == "on-wo"


def test_text_is_appended_behind_the_last_line() -> None:
    assert edited("one\n", span(1, 0, 1, 0), "two") == "one\ntwo"
    assert edited("one", span(0, 3, 0, 3), "!") == "one!"
    assert edited("", span(0, 0, 0, 0), "one") == "one"


@pytest.mark.parametrize(("kind", "column"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)])
def test_columns_count_in_units(kind: str, column: int) -> None:
    assert edited("\U0001f600x\n", span(0, column, 0, column + 1), "y", kind) == "\U0001f600y\n"


def test_a_column_inside_a_character_counts_as_before_it() -> None:
    assert edited("\U0001f600x", span(0, 1, 0, 1), "y") == "y\U0001f600x"


@pytest.mark.parametrize("where", [span(9, 9, 9, 9), span(0, 99, 0, 99), span(1, 0, 0, 0)])
def test_positions_outside_of_the_text_do_no_harm(where: types.Range) -> None:
    assert edited("abc", where, "").startswith("abc") or edited("abc", where, "") == ""


def test_a_cr_and_an_lf_that_meet_are_one_line_end() -> None:
    assert edited("a\rb", span(1, 0, 1, 0), "\n") == "a\r\nb"
    assert edited("ab\nc", span(0, 1, 0, 2), "\r") == "a\r\nc"


def test_positions_of_the_linter_become_those_of_the_client() -> None:
    encoding = Encoding("utf-16")
    assert encoding.position(["\U0001f600x\n"], 1, 2) == types.Position(0, 2)
    assert encoding.position(["a\n"], 2, 1) == types.Position(1, 0)
    assert encoding.position(["a"], 7, 1) == types.Position(0, 1)


def test_unchanged_lines_are_found_before_and_after_a_change() -> None:
    shift = Shift(["a", "b", "c", "d"], ["a", "x", "y", "c", "d"])
    assert (shift.rows(1, 1), shift.rows(2, 2), shift.rows(3, 4), shift.rows(1, 3)) == (0, None, 1, None)
