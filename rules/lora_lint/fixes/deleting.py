"""Fixes around the deletion of an adapter."""

from __future__ import annotations

from collections.abc import Hashable

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.after_training import DIRECTORY
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.paths import ADAPTER, Paths
from lora_lint.fixes.writing.tree import block_of
from lora_lint.fixes.writing.written import quoted, written
from lora_lint.flow.modules import Site
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Deleted
from lora_lint.lifecycle.trace import Event


def save_before(editor: Editor, deletion: Event[Deleted], name: Hashable, save: Event[Saved] | None) -> Fix | None:
    """Saves an adapter before it is deleted: beside what is saved afterwards, or to a directory of its own."""
    view: View = deletion.facts.view
    level = view.levels[-1]
    receiver = receiver_of(deletion.site) if isinstance(deletion.site, Site) else None
    if receiver is None or level.statement is None or not level.plain or not isinstance(name, str):
        return None
    assert deletion.oid is not None
    target = quoted(DIRECTORY)
    if save is not None and save.facts.place is not None:
        path = written(view, level, save.facts.place, save.facts.path_node)
        if path is not None:
            target = Paths(view, level).beside(path, ADAPTER)
    only = "" if deletion.life.peft(deletion.oid) is None else f", selected_adapters=[{quoted(name)}]"
    code = f"{level.module.code(receiver)}.save_pretrained({target}{only})"
    return editor.fix(f"save it first: {code}", [editor.insert_before(level.module, level.statement, code)], safe=True)


def switch_off(editor: Editor, deletion: Event[Deleted], save: Event[Saved]) -> Fix | None:
    """`model.delete_adapter("default")` becomes `model.disable_adapter_layers()`, until the model is saved.

    Where the save follows at once, nothing is done in between, and the deletion goes.
    """
    receiver = receiver_of(deletion.site) if isinstance(deletion.site, Site) else None
    if receiver is None or not isinstance(deletion.site, Site):
        return None
    module = deletion.site.module
    line = deletion.statement
    block = block_of(module.tree, line) if isinstance(line, cst.SimpleStatementLine) else None
    body = list(block.body) if block is not None else []
    if line in body[:-1] and body[body.index(line) + 1] is save.statement:
        return editor.fix("do not delete it", [editor.delete(module, line)], safe=True)
    name = module.code(receiver)
    edits = [editor.replace(module, deletion.site.node, f"{name}.disable_adapter_layers()")]
    here, there = deletion.facts.view.levels[-1], save.facts.view.levels[-1]
    if here.frame == there.frame and there.statement is not None:
        edits.append(editor.insert_before(module, there.statement, f"{name}.enable_adapter_layers()"))
    return editor.fix("switch it off instead of deleting it", edits, safe=True)
