"""The editor that a rule's fix works with: insert, delete, replace and wrap statements, add imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile

import libcst as cst

from lora_lint.finding import Edit, Fix, Location
from lora_lint.fixes.writing.tree import blocks, holds, nodes_in
from lora_lint.flow.modules import Module, Site
from lora_lint.flow.statements.imports import dotted
from lora_lint.source.positions import Position, Span

INDENT = "    "


class Editor:
    """Makes edits for one finding. `spans` gives the positions of nodes; `layout` is the config's adapter-layout."""

    def __init__(
        self, spans: Callable[..., Span | None], lines: Callable[[Module], Sequence[str]], layout: str = "beside"
    ) -> None:
        self._spans, self._lines = spans, lines
        self.layout = layout

    def fix(self, message: str, edits: Sequence[Edit | None], *, safe: bool) -> Fix | None:
        """A fix of these edits; None where one of them could not be made."""
        made = [edit for edit in edits if edit is not None]
        if len(made) != len(edits) or not made:
            return None
        return Fix("safe" if safe else "unsafe", message, tuple(dict.fromkeys(made)))

    # -- edits -------------------------------------------------------------------------------------------------------

    def _edit(self, module: Module, start: Position, end: Position, content: str) -> Edit:
        return Edit(module.filename, content, Location(*start), Location(*end))

    def replace(self, module: Module, node: cst.CSTNode, content: str) -> Edit | None:
        """Replaces an expression or a statement by other code; None where that holds a text of several lines."""
        span = self._spans(module, node)
        if span is None:
            return None
        if "\n" in content:
            if any(quotes in content for quotes in ('"""', "'''")):
                return None
            content = content.replace("\n", "\n" + self._block_indentation(module, node))
        return self._edit(module, span.start, span.end, content)

    def _block_indentation(self, module: Module, node: cst.CSTNode) -> str:
        """What stands before the innermost statement that a node is in."""
        found = [""]
        for block, _ in blocks(module.tree):
            for statement in block.body:
                span = self._spans(module, statement) if holds(statement, node) else None
                found.append((self.indentation(module, span) if span is not None else None) or "")
        return max(found, key=len)

    def indentation(self, module: Module, span: Span) -> str | None:
        """What stands before a statement on its line; None where that is more than white space."""
        before = self._lines(module)[span.start.row - 1][: span.start.column - 1]
        return before if not before.strip() else None

    def newline(self, module: Module) -> str:
        return module.tree.default_newline

    def insert_before(self, module: Module, statement: cst.CSTNode, code: str) -> Edit | None:
        """New statements before another, at its indentation; inside a one-line block they go before it with `;`."""
        span = self._spans(module, statement)
        if span is None:
            return None
        indent = self.indentation(module, span)
        lines = code.split("\n")
        if indent is None:
            return self._edit(module, span.start, span.start, f"{code}; ") if len(lines) == 1 else None
        text = (self.newline(module) + indent).join(lines) + self.newline(module) + indent
        return self._edit(module, span.start, span.start, text)

    def line(self, module: Module, statement: cst.CSTNode) -> str | None:
        """A statement with the comment behind it, as written; None where it shares its line with another."""
        span = self._spans(module, statement)
        if span is None or self.indentation(module, span) is None:
            return None
        rows = self._lines(module)[span.start.row - 1 : span.end.row]
        rest = rows[-1][span.end.column - 1 :].strip()
        if rest and not rest.startswith("#"):
            return None
        return self.newline(module).join([rows[0][span.start.column - 1 :], *rows[1:]])

    def insert_after(self, module: Module, statement: cst.CSTNode, *codes: str) -> Edit | None:
        """New statements on the lines after another, at its indentation; None where nothing comes after it."""
        if leaves(statement):
            return None
        span = self._spans(module, statement)
        indent = self.indentation(module, span) if span is not None else None
        if span is None or indent is None:
            return None
        lines = self._lines(module)
        end = Position(span.end.row, len(lines[span.end.row - 1]) + 1)
        text = "".join(self.newline(module) + indent + code for code in codes)
        return self._edit(module, end, end, text)

    def indent_as(self, module: Module, statement: cst.CSTNode, other: cst.CSTNode) -> Edit | None:
        """Gives a statement of one line, alone on it, the indentation of another."""
        span, model = self._spans(module, statement), self._spans(module, other)
        if span is None or model is None or self.line(module, statement) is None or span.start.row != span.end.row:
            return None
        indent = self.indentation(module, model)
        start = Position(span.start.row, 1)
        return self._edit(module, start, span.start, indent) if indent is not None else None

    def after(self, module: Module, node: cst.CSTNode, code: str) -> Edit | None:
        """Text directly behind a node."""
        span = self._spans(module, node)
        return self._edit(module, span.end, span.end, code) if span is not None else None

    def between(self, module: Module, before: cst.CSTNode, last: cst.CSTNode) -> Edit | None:
        """Removes everything from behind one node to the end of another."""
        first, second = self._spans(module, before), self._spans(module, last)
        return self._edit(module, first.end, second.end, "") if first is not None and second is not None else None

    def lines_between(self, module: Module, before: cst.CSTNode, last: cst.CSTNode) -> Edit | None:
        """Removes the lines below that of a node, to the last one of another, with the comments on them; None where
        one of these lines holds anything else."""
        first, second = self._spans(module, before), self._spans(module, last)
        if first is None or second is None or first.end.row >= second.start.row:
            return None
        lines = self._lines(module)
        behind = lines[second.end.row - 1][second.end.column - 1 :].lstrip(" ,")
        ahead = lines[first.end.row - 1][first.end.column - 1 :].lstrip(" ,")
        if any(rest and not rest.startswith("#") for rest in (ahead, behind)):
            return None
        return self._edit(module, Position(first.end.row + 1, 1), Position(second.end.row + 1, 1), "")

    def up_to(
        self, module: Module, start: cst.CSTNode, following: cst.CSTNode | None, *, last: cst.CSTNode | None = None
    ) -> Edit | None:
        """Removes from a node up to the next one, or to the end of `last`."""
        end = following if following is not None else last
        first = self._spans(module, start)
        second = self._spans(module, end) if end is not None else None
        if first is None or second is None:
            return None
        return self._edit(module, first.start, second.start if following is not None else second.end, "")

    def delete(self, module: Module, statement: cst.CSTNode, *, alone: bool = False) -> Edit | None:
        """Removes a statement with its line; where it is `alone` in its block, `pass` takes its place."""
        span = self._spans(module, statement)
        if span is None:
            return None
        lines = self._lines(module)
        rest = lines[span.end.row - 1][span.end.column - 1 :]
        if alone:
            return self._edit(module, span.start, span.end, "pass")
        if self.indentation(module, span) is None or (rest.strip() and not rest.strip().startswith("#")):
            return None
        last = span.end.row >= len(lines)
        end = Position(span.end.row, len(lines[span.end.row - 1]) + 1) if last else Position(span.end.row + 1, 1)
        return self._edit(module, Position(span.start.row, 1), end, "")

    def wrap(self, module: Module, statement: cst.CSTNode, header: str) -> Edit | None:
        """Puts a statement into a block of its own: `header` before it, the statement indented once more."""
        span = self._spans(module, statement)
        if span is None:
            return None
        indent = self.indentation(module, span)
        if indent is None:
            return None
        lines = self._lines(module)[span.start.row - 1 : span.end.row]
        unit = module.tree.default_indent or INDENT
        body = [lines[0][len(indent) :], *lines[1:]]
        body[-1] = body[-1][: span.end.column - 1 - (len(indent) if len(lines) == 1 else 0)]
        text = f"{header}{self.newline(module)}{indent}{unit}{body[0]}"
        inside = self._rows_in_texts(module, statement)
        for row, line in enumerate(body[1:], span.start.row + 1):
            text += self.newline(module) + ("" if row in inside else unit) + line
        return self._edit(module, span.start, span.end, text)

    def _rows_in_texts(self, module: Module, statement: cst.CSTNode) -> set[int]:
        """The rows that begin inside of a text of several lines: what is put before them is put into the text."""
        texts = (node for node in nodes_in(statement) if isinstance(node, (cst.SimpleString, cst.FormattedString)))
        spans = [span for text in texts if (span := self._spans(module, text, statement)) is not None]
        return {row for span in spans for row in range(span.start.row + 1, span.end.row + 1)}

    def add_import(self, module: Module, package: str, name: str) -> list[Edit | None]:
        """`from package import name`: into an import of that package where there is one, in the order of its names.
        Nothing is to be done where it is imported already."""
        tried = [line for node in module.tree.body if isinstance(node, cst.Try) for line in node.body.body]
        for statement in [*module.tree.body, *tried]:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                if (
                    isinstance(small, cst.ImportFrom)
                    and not small.relative
                    and not isinstance(small.names, cst.ImportStar)
                ):
                    if small.module is not None and dotted(small.module) == package:
                        if any(alias.evaluated_name == name and alias.asname is None for alias in small.names):
                            return []
                        return [self._add_name(module, statement, small.names, name)]
        code = f"from {package} import {name}"
        first, *others = module.tree.body
        begun = [first] if _is_docstring(first) else []
        imports = list(takewhile(_is_import, others if begun else module.tree.body))
        if not imports and not begun:
            return [self.insert_before(module, first, code + "\n")]
        last = (imports or begun)[-1]
        span = self._spans(module, last)
        below = self._lines(module)[span.end.row : span.end.row + 1] if span is not None else ()
        room = [""] if below and below[0].strip() else []  # between imports and what follows
        return [self.insert_after(module, last, *([] if imports else [""]), code, *room)]

    def _add_name(
        self, module: Module, statement: cst.CSTNode, names: Sequence[cst.ImportAlias], name: str
    ) -> Edit | None:
        after = next((alias for alias in names if alias.evaluated_name > name), None)
        span = self._spans(module, (after or names[-1]).name, statement)
        if span is None:
            return None
        if after is None:
            return self._edit(module, span.end, span.end, f", {name}")
        indent = self.indentation(module, span)
        gap = " " if indent is None else self.newline(module) + indent
        return self._edit(module, span.start, span.start, f"{name},{gap}")


def leaves(statement: cst.CSTNode) -> bool:
    """`return`, `raise`, `break`, `continue`: nothing that stands behind it in its block is run."""
    last = statement.body[-1] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(last, (cst.Return, cst.Raise, cst.Break, cst.Continue))


def _is_docstring(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]):
            return True
    return False


def _is_import(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Import() | cst.ImportFrom()]):
            return True
    return False


def receiver_of(site: Site) -> cst.BaseExpression | None:
    """The object whose method a call is: `model` of `model.merge_and_unload()`."""
    node = site.node
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        return node.func.value
    return None
