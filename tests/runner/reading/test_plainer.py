"""Programs in fewer forms, which is how they are read."""

from __future__ import annotations

import ast

import pytest

from lora_lint_runner.child.reading.files.lines import lines_in
from lora_lint_runner.child.reading.plainer import plainer

WALRUS = """\
if (x := f()) and (y := g(x)):
    print(x)
"""
WALRUS_FIRST = """\
x = f()
y = g(x)
if x and y:
    print(x)
"""
RECORD = """\
class Row:
    text: str = ""

    def both(self):
        found: int = 1
        return found
"""
WORDS = """\
def read(path):
    with open(path) as file:
        for line in file:
            if not line.strip():
                continue
            parts = line.split("\\t") if "\\t" in line else line.split()
            yield parts[0], parts[-1]
"""


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("x: int = 1", "x = 1"),
        ("x: int", "x: int"),
        ("x = a if t else b", "if t:\n    x = a\nelse:\n    x = b"),
        ("x = a if t else b if u else c", "if t:\n    x = a\nelif u:\n    x = b\nelse:\n    x = c"),
        ("def f():\n    return a if t else b", "def f():\n    if t:\n        return a\n    else:\n        return b"),
        (WALRUS, WALRUS_FIRST),
        ("x = [y for z in zs if (y := f(z))]", "x = [y for z in zs if (y := f(z))]"),
        ("while (x := f()):\n    g(x)", "while (x := f()):\n    g(x)"),
    ],
)
def test_the_same_is_said_in_fewer_forms(said: str, plain: str) -> None:
    assert ast.unparse(plainer(ast.parse(said))) == ast.unparse(ast.parse(plain))


def test_the_fields_of_a_record_keep_their_types() -> None:
    [record] = plainer(ast.parse(RECORD)).body
    assert ast.unparse(record) == ast.unparse(ast.parse(RECORD.replace("found: int", "found")))


def test_lines_that_are_split_in_one_of_two_ways_are_read() -> None:
    lines = lines_in(plainer(ast.parse(WORDS)))
    assert (lines.separator, len(lines.names), lines.groups) == ("\t", 2, True)
