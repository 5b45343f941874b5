"""A text on its way from Python's tree to LibCST's: its lines, and what was read of it so far."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import libcst as cst

from lora_lint.source.positions import Position, Span

Place = ast.expr | ast.stmt | ast.pattern
BRACKETED = frozenset(
    {cst.Tuple, cst.GeneratorExp, cst.MatchTuple, cst.MatchValue}
)  # with brackets in one of the two trees only


class Unusual(Exception):
    """What is too rare to be read here: LibCST reads the text."""


class Draft:
    """The lines of a text, in which places count bytes, and where the nodes that were made of it stand."""

    __slots__ = ("ascii", "expressions", "indent", "lines", "places", "tree")

    def __init__(
        self, text: str, tree: ast.Module, expressions: dict[type[ast.expr], Callable[[Draft, Any], Any]]
    ) -> None:
        self.tree = tree
        self.ascii = text.isascii()
        # as Python's parser counts: a character a byte
        self.lines = (text if self.ascii else text.encode().decode("latin-1")).split("\n")
        self.expressions = expressions
        self.indent = ""  # of the first block that has lines of its own
        self.places: dict[int, Place] = {}  # by the id of the node, which the tree keeps alive

    def expression(self, node: ast.expr) -> Any:
        read = self.expressions.get(type(node))
        if read is None:
            raise Unusual
        made = read(self, node)
        self.places[id(made)] = node
        return made

    def place(self, node: cst.CSTNode) -> Place | None:
        return self.places.get(id(node))

    def place_first(self, made: cst.CSTNode, node: ast.BoolOp, number: int) -> None:
        """Places what stands for the first parts of `a and b and c`: two of them are one node for LibCST. Not where a
        bracket behind them may be theirs."""
        last, following = node.values[number - 1 : number + 1]
        row, column = last.end_lineno, last.end_col_offset
        assert row is not None
        assert column is not None
        between = ast.expr(
            lineno=row, col_offset=column, end_lineno=following.lineno, end_col_offset=following.col_offset
        )
        if ")" not in self.text(between):
            self.places[id(made)] = ast.BoolOp(
                node.op, node.values[:number],
                lineno=node.lineno, col_offset=node.col_offset, end_lineno=row, end_col_offset=column,
            )  # fmt: skip

    def optional(self, node: ast.expr | None) -> Any:
        return self.expression(node) if node is not None else None

    def text(self, node: Place | ast.alias) -> str:
        """What stands in the text for a node."""
        row, last, start, end = node.lineno - 1, node.end_lineno, node.col_offset, node.end_col_offset
        assert last is not None
        if row == last - 1:
            found = self.lines[row][start:end]
        else:
            found = "\n".join([self.lines[row][start:], *self.lines[row + 1 : last - 1], self.lines[last - 1][:end]])
        return found if self.ascii else found.encode("latin-1").decode()

    def bare(self, node: cst.CSTNode) -> str | None:
        """The text of an expression on one row that has no brackets around it for certain: none is before it."""
        place = self.place(node) if isinstance(node, cst.BaseExpression) and type(node) not in BRACKETED else None
        if place is None or place.lineno != place.end_lineno:
            return None
        before = self.lines[place.lineno - 1][: place.col_offset].rstrip()
        return self.text(place) if before and before[-1] != "(" else None

    def span(self, node: cst.CSTNode) -> Span | None:
        """Where a node stands in the text, as LibCST sees it; None for one of which Python's tree does not say it."""
        kind = type(node)
        if kind is cst.SimpleStatementLine:
            first, last = self.place(node.body[0]), self.place(node.body[-1])  # type: ignore[attr-defined]
        else:
            first = last = self.place(node) if kind not in BRACKETED else None
        if first is None or last is None:
            return None
        last = _last_of(last)
        assert last.end_lineno is not None
        assert last.end_col_offset is not None
        return Span(
            self._position(first.lineno, first.col_offset), self._position(last.end_lineno, last.end_col_offset)
        )

    def _position(self, row: int, column: int) -> Position:
        if not self.ascii:
            column = len(self.lines[row - 1][:column].encode("latin-1").decode())
        return Position(row, column + 1)

    def begins_line(self, node: ast.stmt) -> bool:
        """Is a statement the first of its line?"""
        return not node.col_offset or self.lines[node.lineno - 1][: node.col_offset].isspace()


def _last_of(node: Place) -> Place:
    """The last statement in a compound one, where that ends for LibCST: for Python a `;` behind it is of it."""
    for part in ("finalbody", "orelse", "handlers", "cases", "body"):
        inner = getattr(node, part, None)
        if isinstance(inner, list) and inner:
            return _last_of(inner[-1])
    return node
