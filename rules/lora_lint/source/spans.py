"""Where nodes stand in the text, from LibCST's own code generation of the statements that they are in.

LibCST offers positions as metadata of every node, which costs two to four parses. Here a statement is generated alone
and looked for in the text, which the tree keeps character by character: where its code stands once, that is its place.
Only a statement that is written twice costs a pass over the whole file, which counts lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import libcst as cst
from libcst._nodes.internal import CodegenState

from lora_lint.source.blocks import blocks_of
from lora_lint.source.positions import Position, Span
from lora_lint.source.sketch.parsed import Parsed
from lora_lint.source.text import NEWLINE, lines_of


class Spans:
    """The spans of the nodes of one module, worked out when they are asked for."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._tree, self._text = parsed.tree, parsed.text
        self._known: dict[int, tuple[int, int, int, int]] = {}  # by the id of the node, which the tree keeps alive
        self._lines: dict[int, tuple[cst.CSTNode, tuple[str, ...]]] | None = None
        self._starts: list[int] = []  # of all lines but the first
        self._same: dict[str, list[int]] = {}  # where the lines begin that have this text
        self._whole = False

    def of(self, node: cst.CSTNode, statement: cst.CSTNode | None = None) -> Span | None:
        """The span of a node; None for one of another tree. It is found sooner where its statement is given."""
        told = self._parsed.span(node)
        if told is not None:
            return told
        if not self._parsed.complete():
            return None
        found = self._known.get(id(node))
        if found is None and not self._whole:
            if not self._read(statement if statement is not None else node) or id(node) not in self._known:
                self._read_all()
            found = self._known.get(id(node))
        return Span(Position(*found[:2]), Position(*found[2:])) if found is not None else None

    def _read(self, statement: cst.CSTNode) -> bool:
        """Notes the spans of a statement and all in it, where its code stands once in the text."""
        if self._lines is None:
            self._lines = dict(_lines(self._tree.body, (), self._tree.default_indent))
        line = self._lines.get(id(statement))
        if line is None:
            return False
        state = _Counting(self._tree, line[1])
        line[0]._codegen(state)
        offset = self._place_of("".join(state.tokens))
        if offset is None:
            return False
        above = bisect_right(self._starts, offset)
        for key, (row, column, last, end) in state.spans.items():
            self._known[key] = row + above, column, last + above, end
        return True

    def _place_of(self, code: str) -> int | None:
        """Where whole lines stand in the text; None where they do so twice."""
        if not self._same:
            if not self._tree.has_trailing_newline:
                self._text += self._tree.default_newline
            self._starts = [end.end() for end in NEWLINE.finditer(self._text)]
            for start, line in zip((0, *self._starts), lines_of(self._text), strict=True):
                self._same.setdefault(line, []).append(start)
        first = next((line for line in lines_of(code) if line), "")
        before = code.find(first)
        found = [at for at in self._same.get(first, ()) if self._text.startswith(code, at - before)]
        return found[0] - before if len(found) == 1 else None

    def _read_all(self) -> None:
        state = _Counting(self._tree)
        self._tree._codegen(state)
        self._known = state.spans
        self._whole = True


def _lines(
    body: Sequence[cst.CSTNode], indents: tuple[str, ...], usual: str
) -> Iterator[tuple[int, tuple[cst.CSTNode, tuple[str, ...]]]]:
    """By the id of each statement: the one that has its lines to itself, and what these lines are indented by."""
    for statement in body:
        yield id(statement), (statement, indents)
        if type(statement) is cst.SimpleStatementLine:
            for small in statement.body:
                yield id(small), (statement, indents)
            continue
        for block in blocks_of(statement):
            if type(block) is cst.IndentedBlock:
                yield from _lines(block.body, (*indents, usual if block.indent is None else block.indent), usual)
            elif type(block) is cst.SimpleStatementSuite:
                for small in block.body:
                    yield id(small), (statement, indents)


class _Counting(CodegenState):
    """Generates code and notes where nodes begin and end, without the whitespace around them."""

    def __init__(self, tree: cst.Module, indents: Sequence[str] = ()) -> None:
        super().__init__(default_indent=tree.default_indent, default_newline=tree.default_newline)
        self.indent_tokens.extend(indents)
        self.row, self.column = 1, 1
        self.spans: dict[int, tuple[int, int, int, int]] = {}  # from row and column to row and column
        self.begun: dict[int, tuple[int, int]] = {}

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
        self.begun[id(node)] = self.row, self.column

    def after_codegen(self, node: cst.CSTNode) -> None:
        key = id(node)
        if key not in self.spans:
            self.spans[key] = (*self.begun[key], self.row, self.column)

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        start = self.row, self.column
        yield
        end = self.row, self.column
        if start_node is not None:
            start = self.spans[id(start_node)][:2]
        if end_node is not None:
            end = self.spans[id(end_node)][2:]
        self.spans[id(node)] = (*start, *end)
