"""The simple statements of a sketch, completed one by one: a fix writes a few of a script's statements anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import libcst as cst
from libcst import native  # type: ignore[attr-defined]

from lora_lint.source.blocks import blocks_of
from lora_lint.source.positions import Span
from lora_lint.source.sketch.completing import complete_node


class Lines:
    """The lines of simple statements, by the row that each begins in. `span` tells where a line stands."""

    def __init__(self, text: str, tree: cst.Module, span: Callable[[cst.CSTNode], Span | None]) -> None:
        self._rows = text.split("\n")
        self._lines = sorted(
            ((place.start.row, place.end.row, line) for line in _lines(tree) if (place := span(line)) is not None),
            key=lambda found: found[0],
        )
        self._starts = [start for start, _, _ in self._lines]
        self._done: dict[int, bool] = {}  # by the row that a line begins in: could it be read?

    def complete(self, row: int) -> bool:
        """Adds to the statements of the line that a row is of what a sketch lacks, not to what is around them; False
        where the row is of none, or LibCST cannot read it."""
        number = bisect_right(self._starts, row) - 1
        if number < 0:
            return False
        start, end, line = self._lines[number]
        if row > end:
            return False
        if start not in self._done:
            self._done[start] = self._read(start, end, line)
        return self._done[start]

    def _read(self, start: int, end: int, line: cst.SimpleStatementLine) -> bool:
        rows = self._rows[start - 1 : end]
        inside = rows[0][:1].isspace()  # of a block, which is put around it
        text = "\n".join([*(["if 1:"] if inside else []), *rows, ""])
        try:
            [read] = native.parse_module(text, None).body
        except cst.ParserSyntaxError:
            return False
        [own] = read.body.body if inside else [read]
        for statement, its in zip(line.body, own.body, strict=True):
            complete_node(statement, its)
        return True


def _lines(tree: cst.Module) -> list[cst.SimpleStatementLine]:
    found: list[cst.SimpleStatementLine] = []
    todo: list[cst.CSTNode] = list(tree.body)
    while todo:
        statement = todo.pop()
        if type(statement) is cst.SimpleStatementLine:
            found.append(statement)
            continue
        for block in blocks_of(statement):
            if type(block) is cst.IndentedBlock:
                todo += block.body
    return found
