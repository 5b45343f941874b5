"""Fixes around diffusers pipelines."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.flow.modules import Site
from lora_lint.flow.values import ModelRef
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.trace import Event


def unload_before(editor: Editor, save: Event[Saved], *, safe: bool) -> Fix | None:
    """`pipe.unload_lora_weights()` before a save of the pipeline, or of a part that is reached through it."""
    view: View = save.facts.view
    level = view.levels[-1]
    line = level.statement
    node = receiver_of(save.site) if isinstance(save.site, Site) else None
    if node is None or line is None or not level.plain:
        return None
    owner = node.value if isinstance(node, cst.Attribute) else node
    for candidate in (owner, node):
        value = view.value(candidate, level)
        if isinstance(value, ModelRef) and value.oid in save.life.models and save.life.trait(value.oid, "pipeline"):
            code = f"{level.module.code(candidate)}.unload_lora_weights()"
            return editor.fix(f"unload first: {code}", [editor.insert_before(level.module, line, code)], safe=safe)
    code = f"{level.module.code(node)}.unload_lora()"
    return editor.fix(f"unload first: {code}", [editor.insert_before(level.module, line, code)], safe=safe)
