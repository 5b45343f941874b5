"""Fixes that move a statement above or below another one of its block."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import block_of
from lora_lint.flow.modules import Module, Site, names_in
from lora_lint.flow.view import Level, View
from lora_lint.lifecycle.trace import AnyEvent


def move_below(editor: Editor, line: cst.CSTNode | None, target: AnyEvent, module: Module, message: str) -> Fix | None:
    """Moves a statement below that of an event, with what is built on it in between.

    None where they stand in different blocks, or where the other one needs what the statement makes.
    """
    below = target.statement
    block = block_of(module.tree, line) if line is not None else None
    if block is None or not all(any(statement is node for statement in block.body) for node in (line, below)):
        return None
    body = list(block.body)
    first, last = (next(i for i, s in enumerate(body) if s is node) for node in (line, below))
    moved: list[cst.CSTNode] = []
    made: set[str] = set()
    for statement in body[first:last]:
        if statement is line or names_in(statement) & made:
            if not isinstance(statement, cst.SimpleStatementLine):
                return None
            moved.append(statement)
            made |= bound_by(statement)
    rebinds = rebound(line) is not None and rebound(line) == rebound(below)
    if not moved or (made & names_in(body[last]) and not (rebinds and len(moved) == 1)):
        return None
    texts = [editor.line(module, statement) for statement in moved]
    if None in texts:
        return None
    edits: list[Edit | None] = [editor.insert_after(module, body[last], *(text for text in texts if text))]
    edits += [editor.delete(module, statement) for statement in moved]
    return editor.fix(message, edits, safe=True)


def bound_by(statement: cst.CSTNode) -> set[str]:
    """The names that a simple statement gives a value."""
    found: set[str] = set()
    for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
        targets = [t.target for t in small.targets] if isinstance(small, cst.Assign) else []
        if isinstance(small, (cst.AnnAssign, cst.AugAssign)):
            targets = [small.target]
        found |= {name for target in targets for name in names_in(target)}
    return found


def rebound(statement: cst.CSTNode | None) -> str | None:
    """The name x of a statement `x = f(x, ...)`; None for any other statement."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    small = statement.body[0]
    if not isinstance(small, cst.Assign) or len(small.targets) != 1 or not isinstance(small.value, cst.Call):
        return None
    target, args = small.targets[0].target, small.value.args
    first = args[0].value if args else None
    same = isinstance(target, cst.Name) and isinstance(first, cst.Name) and first.value == target.value
    return target.value if same and isinstance(target, cst.Name) else None


def comment_behind(statement: cst.CSTNode | None) -> str:
    """The comment behind a simple statement, with two spaces before it; empty where there is none."""
    comment = statement.trailing_whitespace.comment if isinstance(statement, cst.SimpleStatementLine) else None
    return f"  {comment.value}" if comment is not None else ""


def call_earlier(editor: Editor, late: AnyEvent, wrap: AnyEvent, message: str) -> Fix | None:
    """Makes a call on what a wrap is put around, instead of on what it returns: `x = f(x)` goes above the wrap."""
    line, below = late.statement, wrap.statement
    if not isinstance(late.site, Site) or not isinstance(wrap.site, Site) or not isinstance(below, cst.CSTNode):
        return None
    module, call, around = late.site.module, late.site.node, wrap.site.node
    block = block_of(module.tree, line) if isinstance(line, cst.CSTNode) else None
    name = rebound(line)
    if block is None or not any(s is below for s in block.body) or name is None or name not in bound_by(below):
        return None
    if not isinstance(call, cst.Call) or not isinstance(around, cst.Call) or not around.args:
        return None
    inner = around.args[0].value
    subject = module.code(inner)
    code = module.code(call.with_changes(args=[call.args[0].with_changes(value=inner), *call.args[1:]]))
    gone = editor.delete(module, line)
    if isinstance(inner, cst.Name):
        text = f"{subject} = {code}{comment_behind(line)}"
        return editor.fix(message, [editor.insert_before(module, below, text), gone], safe=True)
    return editor.fix(message, [editor.replace(module, inner, code), gone], safe=True)


def means_the_same(own: View, other: View, level: Level, node: cst.BaseExpression) -> bool:
    """Does an expression mean at a level of another moment what it means at its own?"""
    if isinstance(node, cst.SimpleString):
        return True
    value = own.value(node, own.levels[-1])
    return value is not None and value == other.value(node, level)
