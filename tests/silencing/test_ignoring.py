"""Comments that an editor puts in to silence a finding."""

from __future__ import annotations

import pytest

from lora_lint.finding import Edit, Finding, Location
from lora_lint.fixes.applying.edited import apply_edits
from lora_lint.silencing.ignoring import ignore_here, ignore_in_file, rules_named

HERE = "  # lora-lint: ignore[save-after-merge]"


def finding(row: int, last: int, cell: int | None = None) -> Finding:
    start, end = Location(row, 1), Location(last, 9)
    return Finding("LL101", "save-after-merge", "", "x.py", start, end, "error", "high", None, "", (), (), cell)


def changed(text: str, edit: Edit | None) -> str:
    assert edit is not None
    return apply_edits(text, [edit])


@pytest.mark.parametrize(
    ("text", "silenced"),
    [
        ("save(out)", f"save(out){HERE}"),
        ("save('''\na''')", f"save('''\na'''){HERE}"),
        ("save()  # lora-lint: ignore[LL102] why", "save()  # lora-lint: ignore[LL102, save-after-merge] why"),
        ("save('# lora-lint: ignore[LL102]')", f"save('# lora-lint: ignore[LL102]'){HERE}"),
    ],
)
def test_a_comment_on_the_line(text: str, silenced: str) -> None:
    assert changed(text, ignore_here(text, finding(1, text.count("\n") + 1))) == silenced


def test_a_comment_behind_a_magic_counts_in_the_cell() -> None:
    text = "!echo it's\n%time save()"
    edit = ignore_here(text, finding(2, 2, cell=3))
    assert changed(text, edit) == f"{text}{HERE}"


@pytest.mark.parametrize(
    ("text", "silenced"),
    [
        ("#!/bin/python\r\nx", "#!/bin/python\r\n# lora-lint: ignore-file[save-after-merge]\r\nx"),
        ("x\n# lora-lint: ignore-file[LL102]", "x\n# lora-lint: ignore-file[LL102, save-after-merge]"),
    ],
)
def test_a_comment_for_the_file(text: str, silenced: str) -> None:
    assert changed(text, ignore_in_file(text, finding(1, 1))) == silenced


def test_nothing_is_put_above_the_magic_of_a_cell() -> None:
    assert ignore_in_file("%%time\nx", finding(1, 1, cell=1), cell=1) is None
    assert ignore_in_file("!ls\nx", finding(1, 1, cell=1), cell=1) is not None


def test_the_rules_that_a_comment_names() -> None:
    assert [word.text for word in rules_named("x  # noqa: E501, LL101", 1)] == ["E501", "LL101"]
    assert rules_named("x = '# noqa: LL101'", 1) == []
