"""Fixes around saves: what is left out is saved as well, each thing in a directory of its own."""

from __future__ import annotations

from collections.abc import Hashable

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.owners import model_code, owner_code
from lora_lint.fixes.writing.paths import ADAPTER, Paths
from lora_lint.fixes.writing.tree import only_in
from lora_lint.fixes.writing.written import repeatable
from lora_lint.flow.modules import Site
from lora_lint.flow.values import ModelRef
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.disk import Saved, WeightsSaved
from lora_lint.lifecycle.events.models import Merged, Unloaded
from lora_lint.lifecycle.records import Oid, Token
from lora_lint.lifecycle.trace import Event


def save_adapter_beside(editor: Editor, weights: Event[WeightsSaved], tokens: list[Token]) -> Fix | None:
    """Saves the adapter behind a save of its tensors, to a directory beside that file.

    None for tensors of an earlier moment; unsafe for copies of tensors, which may be of one.
    """
    view: View = weights.facts.view
    level, node, life = view.levels[-1], weights.facts.path_node, weights.life
    if level.statement is None or not level.plain or not isinstance(node, cst.BaseExpression):
        return None
    if not repeatable(node, view, level):
        return None
    adapters = [a for a in life.adapters if life.canonical(life.token(a)) in {life.canonical(t) for t in tokens}]
    for adapter in adapters:
        name = owner_code(view, level, life, adapter)
        if name is not None:
            paths = Paths(view, level)
            code = f"{name}.save_pretrained({paths.beside(paths.without_ending(node), ADAPTER)})"
            edit = editor.insert_after(level.module, level.statement, code)
            safe = not weights.facts.copied
            return editor.fix(f"save the adapter with its config: {code}", [edit], safe=safe)
    return None


def save_elsewhere(editor: Editor, save: Event[Saved], suffix: str) -> Fix | None:
    """Gives a save a directory of its own."""
    node = save.facts.path_node
    if node is None or not isinstance(save.site, Site):
        return None
    view: View = save.facts.view
    target = Paths(view, view.levels[-1]).beside(node, suffix)
    return editor.fix(
        f"save the merged model to {target}", [editor.replace(save.site.module, node, target)], safe=False
    )


def keep_result(editor: Editor, merge: Event[Merged | Unloaded], site: object, depth: int) -> Fix | None:
    """Gives the result of a merge the name of the model that was merged.

    `depth` is how many calls deep the emptied model is saved: a helper further down must return what it is given.
    """
    view: View = merge.facts.view
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call) or merge.oid is None:
        return None
    at = next((i for i, call in enumerate(merge.path) if call.site == site), len(merge.path))
    level = view.levels[at]
    statement = only_in(level.statement)
    if statement is None:
        return None
    names = view.model_names(merge.oid, level) if level.plain else []
    receiver = receiver_of(site) if at == len(merge.path) else None
    own = level.module.code(receiver) if receiver is not None else None
    name = own if own in names else names[0] if names else None
    if name is None or (at > depth and not _returns(merge.path[at - 1].function, name)):
        return None
    code = level.module.code(site.node)
    if (isinstance(statement, cst.Expr) and statement.value is site.node) or (
        isinstance(statement, cst.Assign) and statement.value is site.node
    ):
        edit = editor.replace(level.module, statement, f"{name} = {code}")
    else:
        return None
    return editor.fix(f"assign the merged model to {name}", [edit], safe=False)


def _returns(function: object, name: str) -> bool:
    """Does a function return a variable?"""
    todo: list[object] = [function.body] if isinstance(function, cst.FunctionDef) else []
    while todo:
        node = todo.pop()
        if isinstance(node, cst.Return) and isinstance(node.value, cst.Name) and node.value.value == name:
            return True
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, None)
            todo += inner if isinstance(inner, (list, tuple)) else [inner] if inner is not None else []
    return False


def save_adapter_of_part(editor: Editor, save: Event[Saved], adapter: Hashable) -> Fix | None:
    """`unet.save_lora_adapter(out)` instead of `unet.save_pretrained(out)`: diffusers 0.32 and newer have it."""
    site = save.site
    if not isinstance(site, Site) or not isinstance(site.node, cst.Call) or not isinstance(adapter, str):
        return None
    call = site.node
    if not isinstance(call.func, cst.Attribute) or len(call.args) != 1 or call.args[0].star:
        return None
    method = "save_lora_adapter"
    edits = [editor.replace(site.module, call.func.attr, method)]
    if adapter != "default":
        given = f'{site.module.code(call.args[0])}, adapter_name="{adapter}"'
        edits.append(editor.replace(site.module, call.args[0], given))
    return editor.fix(f"save the adapter alone: {method}", edits, safe=True)


def save_instead(editor: Editor, save: Event[Saved], wrappers: list[Oid]) -> Fix | None:
    """Saves the PeftModel instead of the base model inside it."""
    view: View = save.facts.view
    if not isinstance(save.site, Site):
        return None
    level = view.levels[-1]
    receiver = receiver_of(save.site)
    written = [model_code(view, level, save.life, wrapper) for wrapper in wrappers] if level.plain else []
    names = [code for code in written if code is not None]
    inner = receiver
    while isinstance(inner, cst.Attribute):  # `model.base_model.model.save_pretrained`: the wrapper is in the chain
        inner = inner.value
        value = view.value(inner, level)
        if isinstance(value, ModelRef) and value.oid in wrappers:
            names.insert(0, level.module.code(inner))
            break
    if receiver is None or not names:
        return None
    name = names[0]
    return editor.fix(f"save {name}, the PeftModel", [editor.replace(save.site.module, receiver, name)], safe=True)
