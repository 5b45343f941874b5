"""Fixes that give a variable the PeftModel that a wrap returns."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import children_of, only_in
from lora_lint.flow.modules import Site
from lora_lint.flow.values import ModelRef
from lora_lint.flow.view import Level, View
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.trace import AnyEvent, Event

RETURNS = (cst.Return, cst.Yield)


def bind_wrap(editor: Editor, wrap: Event[Wrapped], save: Event[Saved]) -> Fix | None:
    """The variable that held the base model holds the wrapper from here on.

    `get_peft_model(model, ...)` as a statement is assigned; a result under another name goes to the base's name as
    well; a helper that keeps it for itself returns it, and its caller takes it.
    """
    site, small = wrap.site, only_in(wrap.statement)
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call) or not site.node.args or small is None:
        return None
    module, base = site.module, site.node.args[0].value
    name = module.code(base)
    shared = isinstance(base, cst.Attribute) or (
        len(wrap.path) <= len(save.path) and wrap.path == save.path[: len(wrap.path)]
    )
    if isinstance(small, cst.Expr) and small.value is site.node and shared:
        edit = editor.replace(module, small, f"{name} = {module.code(small.value)}")
        return editor.fix(f"keep the PeftModel: {name} = ...", [edit], safe=True)
    target = _target(small, site.node)
    if target is not None and shared and not target.deep_equals(base):
        code = f"{name} = {module.code(target)}"
        return editor.fix(f"keep the PeftModel: {code}", [editor.insert_after(module, wrap.statement, code)], safe=True)
    return _returned(editor, wrap, small, target)


def keep_dropped(editor: Editor, wrap: Event[Wrapped], dropped: AnyEvent) -> Fix | None:
    """`helper(model)` whose PeftModel nobody takes becomes `model = helper(model)`."""
    view: View = wrap.facts.view
    if len(dropped.path) >= len(view.levels) or dropped.path != wrap.path[: len(dropped.path)]:
        return None
    return editor.fix("keep the PeftModel", [_kept(editor, wrap, view, view.levels[len(dropped.path)])], safe=True)


def _target(small: cst.BaseSmallStatement, call: cst.CSTNode) -> cst.BaseExpression | None:
    """The one variable that gets the result of a call."""
    if isinstance(small, cst.Assign) and small.value is call and len(small.targets) == 1:
        return small.targets[0].target
    return None


def _returned(
    editor: Editor, wrap: Event[Wrapped], small: cst.BaseSmallStatement, target: cst.BaseExpression | None
) -> Fix | None:
    """The helper that wraps returns the PeftModel, and the statement that calls it keeps that."""
    view: View = wrap.facts.view
    if not wrap.path or not isinstance(wrap.site, Site) or len(view.levels) < 2:
        return None
    module, function, caller = wrap.site.module, wrap.path[-1].function, view.levels[-2]
    if (
        not isinstance(function, cst.FunctionDef)
        or not isinstance(function.body, cst.IndentedBlock)
        or _gives(function)
    ):
        return None
    last = function.body.body[-1]
    edits: list[Edit | None]
    if isinstance(target, cst.Name):
        edits = [editor.insert_after(module, last, f"return {target.value}")]
    elif isinstance(small, cst.Expr) and last is wrap.statement:
        edits = [editor.replace(module, small, f"return {module.code(small.value)}")]
    else:
        return None
    kept = _kept(editor, wrap, view, caller)
    return editor.fix("return the PeftModel, and keep it", [*edits, kept], safe=True)


def _gives(function: cst.FunctionDef) -> bool:
    """Does a function return something as it is?"""
    todo: list[cst.CSTNode] = children_of(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, RETURNS):
            return True
        if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
            todo += children_of(node)
    return False


def _kept(editor: Editor, wrap: Event[Wrapped], view: View, caller: Level) -> Edit | None:
    """`helper(model)` as a statement becomes `model = helper(model)`."""
    small = only_in(caller.statement)
    if not isinstance(small, cst.Expr) or not isinstance(small.value, cst.Call) or not caller.plain:
        return None
    for arg in small.value.args:
        value = view.value(arg.value, caller)
        if isinstance(value, ModelRef) and value.oid == wrap.oid and isinstance(arg.value, (cst.Name, cst.Attribute)):
            return editor.replace(
                caller.module, small, f"{caller.module.code(arg.value)} = {caller.module.code(small.value)}"
            )
    return None
