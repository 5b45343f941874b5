"""A text and its tree, which says what the script does, and how that is written once it was asked."""

from __future__ import annotations

import ast

import libcst as cst

from lora_lint.source.positions import Span
from lora_lint.source.sketch.draft import Draft


class Parsed:
    """A text and its tree: a sketch where there is a draft of it, else as LibCST reads it."""

    __slots__ = ("_draft", "_whole", "text", "tree")

    def __init__(self, text: str, tree: cst.Module, draft: Draft | None = None) -> None:
        self.text, self.tree = text, tree
        self._draft = draft
        self._whole: bool | None = True if draft is None else None  # None: nobody has asked yet

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
        return self.tree.code_for_node(node) if self.complete() else self._drafted(node) or "..."

    def _drafted(self, node: cst.CSTNode) -> str | None:
        place = self._draft.place(node) if self._draft is not None else None
        return self._draft.text(place) if self._draft is not None and place is not None else None
