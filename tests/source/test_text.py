"""Bytes to text and back; Markdown; what is too deep to parse."""

from __future__ import annotations

import codecs
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_lint.source.keywords import names_peft
from lora_lint.source.markdown import documents_of
from lora_lint.source.positions import Position
from lora_lint.source.syntax import parse
from lora_lint.source.text import Unreadable, decode


@given(st.text(st.characters(codec="utf-8")), st.booleans())
def test_what_is_decoded_is_written_back_as_it_was(text: str, bom: bool) -> None:
    data = (codecs.BOM_UTF8 if bom else b"") + ("x = 1\n\n" + text).encode()
    try:
        decoded = decode(data)
    except Unreadable:
        assert b"\0" in data
        return
    assert decoded.encode(decoded.text) == data


def test_the_coding_cookie_counts_on_the_first_two_lines() -> None:
    assert decode("#!/usr/bin/python\n# coding: latin-1\nx = 'é'".encode("latin-1")).text.endswith("'é'")
    with pytest.raises(Unreadable, match="line 4 is not utf-8"):
        decode("\n\n# coding: latin-1\nx = 'é'".encode("latin-1"))


@pytest.mark.parametrize(
    "line",
    ["import peft", "LoraConfig(r=8)", "cfg.use_lora", "QLoRA", "model.load_adapter(out)", "enable_adapters()",
     "'adapter_model.bin'", "from unsloth import *", "model.merge_and_unload()", "model = model.unload()"],
)  # fmt: skip
def test_every_keyword_is_found_in_any_case(line: str) -> None:
    assert names_peft(line.encode())
    assert names_peft(line.upper().encode())


@pytest.mark.parametrize("line", ["import torch", "exploration", "requests.adapters.HTTPAdapter()", "unloading = True"])
def test_what_only_looks_like_a_keyword(line: str) -> None:
    assert not names_peft(line.encode())


def test_each_python_block_of_markdown_is_a_script() -> None:
    text = (
        "# T\n\n```python\na = 1\n```\n\n```bash\nls\n```\n\n- x\n  ~~~py title='y'\n  if b:\n      b = 2\n  ~~~\n"
        "> ```python\n> c = 3\n> ```\n\n````python\nd = '''\n```\n'''\n````\n```python\ne = 5\n"
    )
    found = documents_of("g.md", text)
    assert [d.text for d in found] == ["a = 1\n", "if b:\n    b = 2\n", "c = 3\n", "d = '''\n```\n'''\n", "e = 5\n"]
    assert found[0].locate(Position(1, 1)) == (None, Position(4, 1))
    assert found[1].locate(Position(2, 5)) == (None, Position(14, 7))


def test_a_block_that_nothing_closes_ends_with_what_it_stands_in() -> None:
    quoted = documents_of("g.md", "> ```py\n> a = 1\n>\n> b = 2\n\nprose\n")
    listed = documents_of("g.md", "1. x\n\n   ```py\n   c = 3\n\nprose")
    assert [d.text for d in quoted] == ["a = 1\n\nb = 2"]
    assert [d.text for d in listed] == ["c = 3\n"]
    assert [d.text for d in documents_of("g.md", "```py\nd = 4")] == ["d = 4"]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("x = " + "(" * 3000 + ")" * 3000, 2),
        ("x = " + "[\n" * 3000 + "]\n" * 3000, 3001),
        ("x = a" + ".b" * 9000, 2),
        ("x = " + "lambda: " * 9000 + "1", 2),
        ("x = (a" + "\n.b" * 9000 + ")", 2),
        ("x = " + "{" * 500, 2),
    ],
    ids=["parentheses", "lists over lines", "attributes", "lambdas", "attributes over lines", "never closed"],
)
def test_what_would_end_the_process_is_refused(text: str, row: int) -> None:
    from lora_lint import ParseError, check_source

    with pytest.raises(ParseError, match="nested too deeply") as refused:
        check_source(f"import peft\n{text}\n")
    assert refused.value.row == row


def test_ordinary_nesting_is_not_too_deep() -> None:
    parse("x = " + "(" * 100 + "1" + ")" * 100)
    parse("# " + "(" * 500 + "\nx = [" + "1, " * 20_000 + "]")
    parse("x = 1\n" * 30_000)


def test_libcst_does_end_the_process() -> None:
    """Why nesting is measured first; once LibCST knows a limit of its own, it can go."""
    code = "import libcst; libcst.parse_module('x = ' + '(' * 3000 + ')' * 3000)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode < 0


IN_REMARKS = [
    "# a LoRA of it comes later\n",
    'steps = 3  # as for the LoRA: "peft" has none\n',
    '"""Makes rows for a LoRA."""\n',
    "def f():\n    r'''What peft\n    calls a LoRA'''\n    return 1\n",
    'x = "#"  # lora\n',
]


@pytest.mark.parametrize("text", IN_REMARKS)
def test_what_only_remarks_name_is_not_named(text: str) -> None:
    assert not names_peft(text.encode())


IN_CODE = [
    'path = "lora"  # where it lies\n',
    'run(\n    """\n    train --lora\n    """\n)\n',
    'text = (\n    # which\n    "#" + "lora"\n)\n',
    "x = 1  # a comment\nmodel.load_adapter(x)\n",
    '"""A docstring."""\nif "lora" in name:\n    pass\n',
    "# don't\nlora = 1\n",
    "print('it\\'s # a', lora)\n",
    "x = 1  # lora-lint: ignore[save-after-merge]\n",
    "x = 1  # of the LoRA  # noqa: E501, LL101\n",
]


@pytest.mark.parametrize("text", IN_CODE)
def test_beside_remarks_it_is_found(text: str) -> None:
    assert names_peft(text.encode())
