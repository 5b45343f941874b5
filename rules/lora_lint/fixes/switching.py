"""Fixes that have an adapter switched on where it is trained."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.tree import around, block_of, calls_in, holds, line_in
from lora_lint.flow.modules import Module, Site
from lora_lint.lifecycle.events.models import Disabled, Folded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.trace import AnyEvent, Event


def switch_on_again(
    editor: Editor,
    off: Event[Disabled | Folded],
    training: Event[Trained],
    between: list[AnyEvent],
    again: Mapping[str, str],
) -> Fix | None:
    """Undoes what switched an adapter off: where the helper that did so ends, or else before the training.

    `between` are optimizers and trainers made in the meantime: they are to see the adapter's parameters open.
    """
    receiver = receiver_of(off.site) if isinstance(off.site, Site) else None
    node = off.site.node if isinstance(off.site, Site) else None
    func = node.func if isinstance(node, cst.Call) else None
    method = again.get(func.attr.value) if isinstance(func, cst.Attribute) else None
    if receiver is None or method is None or not isinstance(off.site, Site):
        return None
    module = off.site.module
    code = f"{module.code(receiver)}.{method}()"
    common = off.shares(training)
    if len(off.path) > common:
        edit = _at_the_end(editor, module, off.path[-1].function, code)
    else:
        sites = [event.site_at(common) for event in (*between, training)]
        edit = _before_any(editor, module, off.statement, [s.node for s in sites if isinstance(s, Site)], code)
    return editor.fix(f"switch it on again: {code}", [edit], safe=True)


def _at_the_end(editor: Editor, module: Module, function: object, code: str) -> Edit | None:
    """The last thing that a function does before it returns a value which it has computed already."""
    if not isinstance(function, cst.FunctionDef) or not isinstance(function.body, cst.IndentedBlock):
        return None
    last = function.body.body[-1]
    small = last.body[0] if isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1 else None
    if not isinstance(small, cst.Return):
        return editor.insert_after(module, last, code)
    plain = small.value is None or not any(calls_in(small.value))
    return editor.insert_before(module, last, code) if plain else None


def _before_any(editor: Editor, module: Module, line: object, nodes: list[cst.CSTNode], code: str) -> Edit | None:
    """Before the first statement behind `line`, in its block, that leads to one of these."""
    if not isinstance(line, cst.CSTNode):
        return None
    block = block_of(module.tree, line)
    if block is None:
        return None
    own = line_in(block, line)
    from_there = itertools.dropwhile(lambda statement: statement is not own, block.body)
    found = next((s for s in from_there if any(holds(s, node) for node in nodes)), None)
    return editor.insert_before(module, found, code) if found is not None and found is not own else None


def move_out(editor: Editor, training: Event[Trained]) -> Fix | None:
    """The training step is the last statement of a `with` block: it moves behind the block."""
    line = training.statement
    if not isinstance(training.site, Site) or not isinstance(line, cst.SimpleStatementLine):
        return None
    module = training.site.module
    outer = around(module.tree, line)
    block = outer[-1] if outer else None
    if not isinstance(block, cst.With) or len(block.body.body) < 2 or block.body.body[-1] is not line:
        return None
    edit = editor.indent_as(module, line, block)
    return editor.fix("train behind the block in which the adapter is off", [edit], safe=True)
