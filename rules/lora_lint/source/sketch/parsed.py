"""A text and its tree, which says what the script does, and how that is written once it was asked."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from lora_lint.source.positions import Span
from lora_lint.source.sketch.draft import Draft

if TYPE_CHECKING:
    from lora_lint.source.sketch.lines import Lines

BARE = cst.Module([])  # writes what holds no block as any module does


class Parsed:
    """A text and its tree: a sketch where there is a draft of it, else as LibCST reads it."""

    __slots__ = ("_draft", "_lines", "_whole", "text", "tree")

    def __init__(self, text: str, tree: cst.Module, draft: Draft | None = None) -> None:
        self.text, self.tree = text, tree
        self._draft = draft
        self._whole: bool | None = True if draft is None else None  # None: nobody has asked yet
        self._lines: Lines | None = None

    @property
    def python(self) -> ast.Module | None:
        """Python's own tree of the text, where it was read."""
        return self._draft.tree if self._draft is not None else None

    def complete(self) -> bool:
        """Adds to all nodes what a sketch lacks; False where LibCST cannot read what Python reads."""
        if self._whole is None:
            from lora_lint.source.sketch.completing import complete  # only who writes or shows code needs it

            try:
                complete(self.tree, self.text)
                self._whole = True
            except cst.ParserSyntaxError:
                self._whole = False
        return self._whole

    def span(self, node: cst.CSTNode) -> Span | None:
        """Where a node stands, as far as a draft tells."""
        return self._draft.span(node) if self._draft is not None else None

    def words(self, node: cst.CSTNode) -> str:
        """An expression or a pattern as it is written, without brackets around it."""
        drafted = self._drafted(node)
        if drafted is not None:
            return drafted
        return self.code(node.with_changes(lpar=(), rpar=()) if isinstance(node, cst.BaseExpression) else node)

    def code(self, node: cst.CSTNode) -> str:
        """A node as it is written, brackets and all."""
        if self._whole is None:
            drafted = self._draft.bare(node) if self._draft is not None else None
            if drafted is not None:
                return drafted
            if self.complete_line(node):
                return BARE.code_for_node(node)
        return self.tree.code_for_node(node) if self.complete() else self._drafted(node) or "..."

    def complete_line(self, node: cst.CSTNode) -> bool:
        """Completes the simple statement that a node stands in; False where there is none, or that is not told."""
        place = self._draft.place(node) if self._draft is not None and self._whole is None else None
        if place is None:
            return False
        if self._lines is None:
            from lora_lint.source.sketch.lines import Lines  # only who writes or shows code needs it

            self._lines = Lines(self.text, self.tree, self.span)
        return self._lines.complete(place.lineno)

    def _drafted(self, node: cst.CSTNode) -> str | None:
        place = self._draft.place(node) if self._draft is not None else None
        return self._draft.text(place) if self._draft is not None and place is not None else None
