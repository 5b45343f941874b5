"""Which comments suppress what."""

from __future__ import annotations

import pytest

import lora_lint
from lora_lint.silencing.comments import Comments
from lora_lint.silencing.rewriting import on_top, without
from lora_lint.silencing.suppressions import suppressions, suppressions_in
from lora_lint.source.notebook import document_of_cells


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("x  # noqa: LL101", ("LL101",)),
        ("x  #noqa:LL101,LL102", ("LL101", "LL102")),
        ("x  # noqa : LL101 LL102 because", ("LL101", "LL102")),
        ("x  # NoQA: ll101", ("ll101",)),
        ("x  # noqa: save-after-merge", ("save-after-merge",)),
        ("x  # noqa", ()),
        ("x  # noqa # another comment", ()),
        ("x  # lora-lint: ignore[save-after-merge, LL102] why", ("save-after-merge", "LL102")),
        ("x  # lora-lint:ignore", ()),
    ],
)
def test_a_comment_names_rules(line: str, names: tuple[str, ...]) -> None:
    (found,) = suppressions(line)
    assert found.names == names
    assert line[found.start : found.end].startswith("#")


@pytest.mark.parametrize("word", ["LL101", "ll101", "save-after-merge", "Save-After-Merge"])
def test_a_rule_is_meant_in_whatever_case_it_is_written(word: str) -> None:
    (found,) = suppressions(f"x  # noqa: {word}")
    assert found.covering("LL101", "save-after-merge") == word
    assert found.covering("LL102", "merge-result-discarded") is None


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("", 1),
        ("#!/usr/bin/env python\n", 2),
        ("#!/usr/bin/env python\n# -*- coding: latin-1 -*-\n", 3),
        ("# trains\n# coding: latin-1\n", 3),
        ("# trains\n# at night\n# coding: latin-1\n", 1),
    ],
    ids=[
        "nothing",
        "what runs it",
        "its encoding as well",
        "its encoding below a comment",
        "no encoding, that far down",
    ],
)
def test_a_comment_for_the_file_stands_below_what_must_come_first(above: str, row: int) -> None:
    made = on_top(Comments(f"{above}x = 1\n"), "# lora-lint: ignore-file", "\n")
    assert (made.start.row, made.text) == (row, "# lora-lint: ignore-file\n")


@pytest.mark.parametrize(
    "line", ["x  # noqa: because", "x  # noqability", "# pylint: noqa-like", "'# noqa'", "# flake8: noqa"]
)
def test_what_is_no_suppression(line: str) -> None:
    assert suppressions(line) == []


def test_a_hash_in_a_string_is_no_comment() -> None:
    assert suppressions('x = """\n# noqa: LL101\n"""\ny = "# lora-lint: ignore"') == []


@pytest.mark.parametrize(
    ("line", "elsewhere"),
    [
        ("x  # noqa: E501, F401", True),
        ("x  # ruff: noqa: B008", True),
        ("x  # noqa: E501, LL101", False),
        ("x  # noqa: E501, save-after-merge", False),
        ("x  # noqa", False),
        ("x  # lora-lint: ignore[E501]", False),
    ],
)
def test_a_comment_for_other_linters(line: str, elsewhere: bool) -> None:
    (comment,) = suppressions_in(Comments(line))
    assert comment.elsewhere == elsewhere
    assert suppressions(line) == ([] if elsewhere else [comment])


def test_rows_are_those_of_python() -> None:
    found = suppressions("a = 1\r\nb = '\x0c\u2028'\rc = 2  # noqa: LL101\n")
    assert [comment.row for comment in found] == [3]


def test_a_comment_alone_on_its_line_counts_for_the_next_statement() -> None:
    (found,) = suppressions("# lora-lint: ignore[LL101]\n\n# more\nmodel.save()\n")
    assert found.rows == (1, 4)


@pytest.mark.parametrize(
    ("line", "gone", "left"),
    [
        ("x  # noqa: E501, LL101, B008", {"LL101"}, "x  # noqa: E501, B008"),
        ("x  # noqa: E501, LL101, B008", {"E501", "B008"}, "x  # noqa: LL101"),
        ("x  # noqa: LL101", {"LL101"}, "x"),
        ("x  # noqa: LL101 (intended)", {"LL101"}, "x"),
        ("x  # noqa: LL101 - 2  # type: ignore", {"LL101"}, "x  # type: ignore"),
        ("x  # ruff: noqa: LL101 -1", {"LL101"}, "x"),
        ("x  # lora-lint: ignore[lora] why", {"lora"}, "x"),
    ],
)
def test_what_is_taken_out_leaves_no_reason_behind_that_would_be_code(line: str, gone: set[str], left: str) -> None:
    (found,) = suppressions(line)
    start, end, text = without(found, gone, line)
    assert line[: start.column - 1] + text + line[end.column - 1 :] == left


@pytest.mark.parametrize(
    ("comment", "names"),
    [
        ("# lora-lint: ignore LL101", ("LL101",)),
        ("# lora-lint: ignore LL101, LL102 since only the merged model is served", ("LL101", "LL102")),
        ("# lora-lint: ignore: save-after-merge", ("save-after-merge",)),
        ("# lora-lint: ignore-file=LL101", ("LL101",)),
        ("# lora-lint: ignore a well-known save", ()),
    ],
)
def test_brackets_may_be_left_out(comment: str, names: tuple[str, ...]) -> None:
    (found,) = suppressions(comment)
    assert found.names == names


def test_what_other_linters_say_suppresses_nothing() -> None:
    (found,) = suppressions("x  # lora-lint: disable=LL101")
    assert found.mistaken
    assert found.covering("LL101", "save-after-merge") is None


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install -q peft  # noqa: LL101",
        "if x:\n    !ls -la  # lora-lint: ignore[LL101]",
        "%%bash\n# noqa: LL101\necho x  # noqa: LL101",
        "%%writefile train.py\nmodel.save()  # lora-lint: ignore-file",
        "foo(1)?  # noqa: LL101",
        "!echo a \\\n# lora-lint: ignore",
    ],
)
def test_what_a_magic_hides_is_no_suppression(cell: str) -> None:
    assert suppressions(document_of_cells("n.ipynb", {1: cell}).text) == []


def test_a_timed_statement_has_its_comment_once() -> None:
    line = "%time trainer.train()  # noqa: LL101"
    (found,) = suppressions(document_of_cells("n.ipynb", {1: line}).text)
    assert line[found.start : found.end] == "# noqa: LL101"


def test_the_rule_on_unused_ones_counts_among_those_with_a_fix() -> None:
    assert next(rule for rule in lora_lint.rules() if rule.name == "unused-suppression").fixable
