"""Positions are those that LibCST's own metadata has, however they are found."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from lora_lint.source.positions import Position, Span
from lora_lint.source.sketch.parsed import Parsed
from lora_lint.source.spans import Spans

SCRIPTS = sorted((Path(__file__).parents[1] / "data" / "variants").glob("*.py"))[::8]

SHAPES = """\
# a comment that belongs to nobody
import os; import sys

@decorated(1)
def f(a, *, b=(1,
               2)):
    \"\"\"x = 1\"\"\"
    if a: x = 1; y = 2
    elif b:
      x = 1
      call(  # why
        a,
      )
    else:
        try: x = 1
        except* ValueError: x = 2
        finally:
            x = 3
    # a comment
    x = 1
x = 1
match x:
    case 1: x = 1
    case [2, *_]:
        for i in x:
            while i: i -= 1
        else:
            del x
class A:
\tx = 1
\tdef g(self):
\t  call(
  a,
\t  )

	with a as b: x = 1
last = 1"""


def all_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    return [node, *(inner for child in node.children for inner in all_nodes(child))]


def statements(tree: cst.Module) -> list[cst.CSTNode]:
    kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.SimpleStatementLine)
    return [node for node in all_nodes(tree) if isinstance(node, kinds)]


def from_libcst(tree: cst.Module) -> dict[cst.CSTNode, Span]:
    found = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: Span(Position(r.start.line, r.start.column + 1), Position(r.end.line, r.end.column + 1))
        for node, r in found.items()
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("text", [SHAPES, *(path.read_text() for path in SCRIPTS)])
def test_every_node_of_every_statement(text: str, end: str) -> None:
    text = text.replace("\n", end)
    tree = cst.parse_module(text)
    known = from_libcst(tree)
    for statement in statements(tree):
        spans = Spans(Parsed(text, tree))
        for node in all_nodes(statement):
            assert spans.of(node, statement) == known[node], tree.code_for_node(node)


def test_a_node_without_its_statement_is_found_too() -> None:
    tree = cst.parse_module(SHAPES)
    known = from_libcst(tree)
    spans = Spans(Parsed(SHAPES, tree))
    assert all(spans.of(node) == known[node] for node in all_nodes(tree) if not isinstance(node, cst.Module))


def test_a_node_of_another_tree_has_no_place() -> None:
    assert Spans(Parsed("x = 1\n", cst.parse_module("x = 1\n"))).of(cst.Name("x")) is None
