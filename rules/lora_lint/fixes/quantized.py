"""Fixes around merges into quantized weights."""

from __future__ import annotations

from lora_lint.finding import Fix
from lora_lint.fixes.arguments import set_keyword, without_keywords
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.tree import code_of
from lora_lint.fixes.writing.written import written
from lora_lint.flow.modules import Site
from lora_lint.flow.view import View
from lora_lint.lifecycle.events.models import Merged, Unloaded
from lora_lint.lifecycle.records import Keeping
from lora_lint.lifecycle.trace import Event

QUANTIZING = ("quantization_config", "load_in_4bit", "load_in_8bit")


def merge_in_full_precision(editor: Editor, merge: Event[Merged | Unloaded]) -> Fix | None:
    """The saved adapter is loaded onto a base in full precision to merge; so is one that was only loaded."""
    assert merge.oid is not None
    life = merge.life
    active = [life.adapters[adapter] for adapter in life.active(merge.oid)]
    if all(adapter.origin == "loaded" and life.content(adapter.token).elsewhere for adapter in active):
        message = "load the base model in full precision"
        if life.trait(merge.oid, "small by itself") is not None:
            return set_keyword(editor, life.base(merge.oid).site, "load_in_4bit", "False", message, safe=False, place=3)
        return without_keywords(editor, life.base(merge.oid).site, QUANTIZING, message, safe=False)
    return _loaded_anew(editor, merge)


def _loaded_anew(editor: Editor, merge: Event[Merged | Unloaded]) -> Fix | None:
    view: View = merge.facts.view
    level = view.levels[-1]
    assert merge.oid is not None
    life = merge.life
    active = life.active(merge.oid)
    cls = life.base(merge.oid).cls
    receiver = receiver_of(merge.site) if isinstance(merge.site, Site) else None
    if len(active) != 1 or receiver is None or not cls.startswith("AutoModelFor") or not level.plain:
        return None
    kept = [k for k in life.content(life.token(active[0])).kept if k.how is Keeping.KEPT]
    for copy in kept:
        path = written(view, level, copy.place, None) if copy.place is not None and not copy.place.hub else None
        if path is not None:
            name = cls.replace("AutoModel", "AutoPeftModel", 1)
            code = f"{name}.from_pretrained({code_of(path)})"
            edits = [*editor.add_import(level.module, "peft", name), editor.replace(level.module, receiver, code)]
            return editor.fix("merge into the base model in full precision", edits, safe=False)
    return None
