"""Fixes that remove or reorder statements."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.tree import block_of, blocks, holds, is_alone, only_in
from lora_lint.flow.modules import Site, names_in
from lora_lint.lifecycle.trace import AnyEvent


def remove_call(editor: Editor, event: AnyEvent, message: str, *, safe: bool) -> Fix | None:
    """Removes the statement that consists of nothing but this call."""
    only = only_in(event.statement)
    if not isinstance(event.site, Site) or not isinstance(only, cst.Expr) or not _is_call(only.value, event.site.node):
        return None
    return _remove(editor, event.site, event.statement, message, safe=safe)


def remove_assignment(editor: Editor, event: AnyEvent, message: str) -> Fix | None:
    """Removes the statement that consists of nothing but one assignment. Safe: what was there before counts again."""
    only = only_in(event.statement)
    if not isinstance(only, (cst.Assign, cst.AnnAssign)) or (isinstance(only, cst.Assign) and len(only.targets) > 1):
        return None
    return _remove(editor, event.site, event.statement, message, safe=True)


def _remove(editor: Editor, site: object, statement: cst.CSTNode, message: str, *, safe: bool) -> Fix | None:
    if not isinstance(site, Site):
        return None
    alone = is_alone(site.module.tree, statement)
    return editor.fix(message, [editor.delete(site.module, statement, alone=alone)], safe=safe)


def only_if_new(editor: Editor, event: AnyEvent, *, literal: bool) -> Fix | None:
    """`if name not in model.peft_config:` around `PeftModel.add_adapter`."""
    receiver = receiver_of(event.site) if isinstance(event.site, Site) else None
    name = name_given(event.site, 0, literal=literal)
    if not isinstance(event.site, Site) or receiver is None or name is None or event.statement is None:
        return None
    header = f"if {name} not in {event.site.module.code(receiver)}.peft_config:"
    edit = editor.wrap(event.site.module, event.statement, header)
    return editor.fix("add it only where there is none of this name", [edit], safe=True)


def name_given(site: object, position: int, *, literal: bool = False) -> str | None:
    """The variable that a call gets as the name of an adapter, or the `literal` if asked for; None where a name
    is computed in the call."""
    call = site.node if isinstance(site, Site) else None
    if not isinstance(site, Site) or not isinstance(call, cst.Call):
        return None
    for i, arg in enumerate(call.args):
        if arg.keyword.value == "adapter_name" if arg.keyword is not None else i == position and not arg.star:
            plain = isinstance(arg.value, (cst.Name, cst.Attribute)) or (
                literal and isinstance(arg.value, cst.SimpleString)
            )
            return site.module.code(arg.value) if plain else None
    return None


def leave_out_call(editor: Editor, event: AnyEvent, message: str) -> Fix | None:
    """`x.merge_and_unload()` becomes `x`; a statement that would be `model = model` goes."""
    line, receiver = event.statement, receiver_of(event.site) if isinstance(event.site, Site) else None
    if not isinstance(event.site, Site) or receiver is None:
        return None
    module, node = event.site.module, event.site.node
    only = only_in(line)
    small = only if only is not None else line
    target = small.targets[0].target if isinstance(small, cst.Assign) and small.value is node else None
    if isinstance(small, cst.Assign) and target is not None and module.code(target) == module.code(receiver):
        if only is None or len(small.targets) > 1:
            return None
        return _remove(editor, event.site, line, message, safe=False)
    return editor.fix(message, [editor.replace(module, node, module.code(receiver))], safe=False)


def leave_out_target(editor: Editor, site: object, message: str) -> Fix | None:
    """`x = call(...)` becomes `call(...)`; None where more than that is assigned."""
    small = site.near.body[0] if isinstance(site, Site) and isinstance(site.near, cst.SimpleStatementLine) else None
    if not isinstance(site, Site) or not isinstance(small, cst.Assign) or small.value is not site.node:
        return None
    module = site.module
    return editor.fix(message, [editor.replace(module, small, module.code(site.node))], safe=True)


def _is_call(node: cst.BaseExpression, call: cst.CSTNode) -> bool:
    return node is call or (isinstance(node, cst.Call) and node.func is call)


def enter_for_next(editor: Editor, event: AnyEvent, message: str) -> Fix | None:
    """A context manager that was never entered is entered for the next statement, where that uses the same object."""
    line, receiver = event.statement, receiver_of(event.site) if isinstance(event.site, Site) else None
    if not isinstance(event.site, Site) or not isinstance(line, cst.SimpleStatementLine) or receiver is None:
        return None
    module = event.site.module
    block = block_of(module.tree, line)
    after = block.body[list(block.body).index(line) + 1 :] if block is not None else ()
    if not after or not names_in(receiver) & names_in(after[0]):
        return None
    edits = [editor.delete(module, line), editor.wrap(module, after[0], f"with {module.code(event.site.node)}:")]
    return editor.fix(message, edits, safe=False)


def remove_freezing(editor: Editor, site: object, message: str) -> Fix | None:
    """Removes `model.requires_grad_(False)`, or a loop over parameters that does nothing but freeze them all.

    None in a function that freezes what it is given, or as it is told: others may call it with another model.
    """
    if not isinstance(site, Site):
        return None
    for block, outer in blocks(site.module.tree):
        for line in block.body:
            if only_in(line) is not None and holds(line, site.node):
                gone = _loop_of_one(outer, line) or (line if isinstance(only_in(line), cst.Expr) else None)
                if gone is None or names_in(gone) & _given_to(outer):
                    return None
                return _remove(editor, site, gone, message, safe=True)
    return None


def _loop_of_one(outer: tuple[cst.CSTNode, ...], line: cst.CSTNode) -> cst.CSTNode | None:
    """The loop whose whole body is this statement."""
    loop = outer[-1] if outer else None
    if isinstance(loop, cst.For) and loop.orelse is None and list(loop.body.body) == [line]:
        return loop
    return None


def _given_to(outer: tuple[cst.CSTNode, ...]) -> set[str]:
    """The parameters of the functions around a statement, but for the instance of a method."""
    functions = [node.params for node in outer if isinstance(node, cst.FunctionDef)]
    given = [param for params in functions for param in (*params.posonly_params, *params.params, *params.kwonly_params)]
    return {param.name.value for param in given} - {"self", "cls"}


def call_after(editor: Editor, event: AnyEvent, method: str, argument: str, message: str, *, safe: bool) -> Fix | None:
    """Calls another method of the same object in the next line."""
    line = event.statement
    receiver = receiver_of(event.site) if isinstance(event.site, Site) else None
    if not isinstance(event.site, Site) or not isinstance(line, cst.SimpleStatementLine) or receiver is None:
        return None
    code = f"{event.site.module.code(receiver)}.{method}({argument})"
    return editor.fix(f"{message}: {code}", [editor.insert_after(event.site.module, line, code)], safe=safe)
