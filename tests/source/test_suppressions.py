"""Which comments suppress what."""

from __future__ import annotations

import pytest

from lora_lint.source.suppressions import suppressions


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
    assert {comment.elsewhere for comment in suppressions(line)} == {elsewhere}


def test_rows_are_those_of_python() -> None:
    found = suppressions("a = 1\r\nb = '\x0c\u2028'\rc = 2  # noqa: LL101\n")
    assert [comment.row for comment in found] == [3]


def test_a_comment_alone_on_its_line_counts_for_the_next_statement() -> None:
    (found,) = suppressions("# lora-lint: ignore[LL101]\n\n# more\nmodel.save()\n")
    assert found.rows == (1, 4)


def test_a_comment_without_some_of_its_names() -> None:
    (found,) = suppressions("x  # noqa: E501, LL101, B008")
    assert found.without({"LL101"}) == "# noqa: E501, B008"
    assert found.without({"E501", "B008"}) == "# noqa: LL101"
