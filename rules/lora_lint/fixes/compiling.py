"""Fixes around torch.compile."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.arguments import keyword_edits
from lora_lint.fixes.moving import move_below, rebound
from lora_lint.fixes.writing.editor import Editor
from lora_lint.fixes.writing.tree import is_alone
from lora_lint.flow.modules import Site
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import TrainerMade
from lora_lint.lifecycle.trace import AnyEvent, Event


def compile_later(editor: Editor, compiled: AnyEvent, wrap: Event[Wrapped]) -> Fix | None:
    """`model = torch.compile(model)` moves below the wrap."""
    if not isinstance(compiled.site, Site) or rebound(compiled.statement) is None:
        return None
    return move_below(editor, compiled.statement, wrap, compiled.site.module, "compile after the wrap")


def compile_in_trainer(editor: Editor, compiled: AnyEvent, trainers: Iterable[Event[TrainerMade]]) -> Fix | None:
    """The trainer is given the model itself, and told to compile it."""
    made = next((trainer for trainer in trainers if trainer.id > compiled.id), None)
    if made is None or not isinstance(compiled.site, Site) or not isinstance(compiled.site.node, cst.Call):
        return None
    keywords = {"torch_compile": "True"}
    for arg in compiled.site.node.args[1:]:
        name = arg.keyword.value if arg.keyword is not None else ""
        if name not in ("backend", "mode") or made.path != compiled.path:
            return None
        keywords[f"torch_compile_{name}"] = compiled.site.module.code(arg.value)
    edits = [_without(editor, compiled), *keyword_edits(editor, made.facts.args, keywords)]
    return editor.fix("let the trainer compile: torch_compile=True", edits, safe=True)


def leave_out(editor: Editor, compiled: AnyEvent) -> Fix | None:
    """The model as it is, not compiled."""
    return editor.fix("leave the compilation out", [_without(editor, compiled)], safe=False)


def _without(editor: Editor, compiled: AnyEvent) -> Edit | None:
    """The call's argument in place of the call; nothing where that would be `model = model`."""
    if not isinstance(compiled.site, Site) or not isinstance(compiled.site.node, cst.Call):
        return None
    module, call = compiled.site.module, compiled.site.node
    if rebound(compiled.statement) is not None:
        return editor.delete(module, compiled.statement, alone=is_alone(module.tree, compiled.statement))
    small = compiled.statement
    if not call.args:
        return None
    kept = call.args[0].value
    if isinstance(small, cst.Assign) and any(target.target.deep_equals(kept) for target in small.targets):
        return None  # beside others on its line
    return editor.replace(module, call, module.code(kept))
