"""Trees that are made with less work are the trees of LibCST."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import libcst as cst
import pytest

import lora_lint
from lora_lint.source.tree import tree_of

TEXT = "def f(a, b = 1) :\n\tif a:  # so\r\n\t\treturn ( a +\\\n b )\n\n\nf( 1,2 )"


def test_a_tree_is_the_one_of_libcst() -> None:
    assert tree_of(TEXT).deep_equals(cst.parse_module(TEXT))
    assert tree_of(TEXT).code == TEXT


def test_whitespace_of_one_text_is_one_node() -> None:
    first, second = tree_of("a = 1\nb = 2\n").body
    assert isinstance(first, cst.SimpleStatementLine)
    assert isinstance(second, cst.SimpleStatementLine)
    assert type(first.trailing_whitespace.newline) is cst.Newline
    assert first.trailing_whitespace.newline is second.trailing_whitespace.newline
    assert first.trailing_whitespace is not second.trailing_whitespace


def test_libcst_is_as_it_was_after_a_text_that_is_no_python() -> None:
    with pytest.raises(cst.ParserSyntaxError):
        tree_of("a = (")
    assert cst.SimpleWhitespace(" ") is not cst.SimpleWhitespace(" ")
    with pytest.raises(cst.CSTValidationError):
        cst.SimpleWhitespace("no whitespace")


def test_a_libcst_that_parses_otherwise_is_left_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def otherwise(text: str) -> cst.Module:
        raise TypeError(text)

    monkeypatch.setattr("lora_lint.source.tree._parsed", otherwise)
    assert tree_of(TEXT).deep_equals(cst.parse_module(TEXT))


def test_every_kind_of_node_is_made_as_libcst_makes_it() -> None:
    for path in sorted(Path(lora_lint.__file__).parent.rglob("*.py"))[::12]:
        text = path.read_text(encoding="utf-8")
        assert tree_of(text).deep_equals(cst.parse_module(text))


def test_texts_can_be_linted_in_several_threads() -> None:
    text = (Path(__file__).parents[2] / "examples" / "finetune.py").read_text(encoding="utf-8")
    alone = lora_lint.check_source(text)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lora_lint.check_source, [text] * 40))
    finally:
        sys.setswitchinterval(interval)
    assert alone
    assert all(one == alone for one in found)
