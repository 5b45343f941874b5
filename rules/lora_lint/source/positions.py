"""Where nodes stand in the text: one pass of LibCST's own code generation that counts lines.

LibCST offers positions as metadata of every node, which costs two to four parses. Only the nodes that are asked for
are recorded here, and only where there is something to report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import libcst as cst
from libcst._nodes.internal import CodegenState


class Position(NamedTuple):
    """A place in the text: `row` and `column` from 1, counted in characters."""

    row: int
    column: int


class Span(NamedTuple):
    """From the first character of a node to just behind its last."""

    start: Position
    end: Position


class _Counting(CodegenState):
    """Generates code and notes where the wanted nodes begin and end, without the whitespace around them."""

    def __init__(self, tree: cst.Module, wanted: Iterable[cst.CSTNode]) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self.wanted = {id(node) for node in wanted}
        self.row, self.column = 1, 1
        self.spans: dict[int, Span] = {}
        self.begun: dict[int, Position] = {}

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self._advance(value)

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        for token in self.indent_tokens:
            self._advance(token)

    def _advance(self, value: str) -> None:
        lines = value.count("\n") + value.count("\r") - value.count("\r\n")
        if lines:
            self.row += lines
            self.column = len(value) - max(value.rfind("\n"), value.rfind("\r"))
        else:
            self.column += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self.wanted:
            self.begun[id(node)] = Position(self.row, self.column)

    def after_codegen(self, node: cst.CSTNode) -> None:
        key = id(node)
        if key in self.wanted and key not in self.spans:
            self.spans[key] = Span(self.begun[key], Position(self.row, self.column))

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        key = id(node)
        if key not in self.wanted:
            yield
            return
        self.wanted.update(id(other) for other in (start_node, end_node) if other is not None)
        start = Position(self.row, self.column)
        yield
        end = Position(self.row, self.column)
        if start_node is not None:
            start = self.spans[id(start_node)].start
        if end_node is not None:
            end = self.spans[id(end_node)].end
        self.spans[key] = Span(start, end)


def positions(tree: cst.Module, nodes: Iterable[cst.CSTNode]) -> dict[int, Span]:
    """The spans of nodes of a tree, by the id of the node. Nodes that are not in the tree are absent."""
    state = _Counting(tree, nodes)
    tree._codegen(state)
    return state.spans
