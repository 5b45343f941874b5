"""Fixes that remove or reorder statements."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.editor import Editor, receiver_of
from lora_lint.flow.modules import Site
from lora_lint.lifecycle.trace import Event


def remove_call(editor: Editor, event: Event, message: str, *, safe: bool) -> Fix | None:
    """Removes the statement that consists of nothing but this call."""
    line = event.statement
    if not isinstance(event.site, Site) or not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    only = line.body[0]
    if not isinstance(only, cst.Expr) or not _is_call(only.value, event.site.node):
        return None
    alone = is_alone(event.site.module.tree, line)
    return editor.fix(message, [editor.delete(event.site.module, line, alone=alone)], safe=safe)


def _is_call(node: cst.BaseExpression, call: cst.CSTNode) -> bool:
    return node is call or (isinstance(node, cst.Call) and node.func is call)


def is_alone(tree: cst.Module, line: cst.CSTNode) -> bool:
    """Is a statement the only one of its block?"""
    block = block_of(tree, line)
    return block is not None and not isinstance(block, cst.Module) and len(block.body) == 1


def block_of(tree: cst.Module, line: cst.CSTNode) -> cst.Module | cst.IndentedBlock | None:
    """The block that a statement stands in."""
    todo: list[cst.CSTNode] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, (cst.Module, cst.IndentedBlock)):
            if any(statement is line for statement in node.body):
                return node
            todo += list(node.body)
            continue
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            part = getattr(node, name, None)
            if isinstance(part, cst.CSTNode):
                todo.append(part)
            elif isinstance(part, (list, tuple)):
                todo += [item for item in part if isinstance(item, cst.CSTNode)]
    return None


def call_after(editor: Editor, event: Event, method: str, argument: str, message: str, *, safe: bool) -> Fix | None:
    """Calls another method of the same object in the next line."""
    line = event.statement
    receiver = receiver_of(event.site) if isinstance(event.site, Site) else None
    if not isinstance(event.site, Site) or not isinstance(line, cst.SimpleStatementLine) or receiver is None:
        return None
    code = f"{event.site.module.code(receiver)}.{method}({argument})"
    return editor.fix(f"{message}: {code}", [editor.insert_after(event.site.module, line, code)], safe=safe)
