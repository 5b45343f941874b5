"""The object whose `save_pretrained` writes an adapter, and how it is written at some place in the script."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.values import ObjRef
from lora_lint.flow.view import Level, View
from lora_lint.flow.worlds.world import NOTES
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid, PeftModel, Wrapper


def owner_code(view: View, level: Level, life: Life, adapter: Oid) -> str | None:
    """The PeftModel that holds an adapter, or the model that transformers has put it into; None without a name."""
    for oid, model in life.models.items():
        if isinstance(model, PeftModel) and not model.tuner and adapter in (held for _, held in model.adapters):
            code = model_code(view, level, life, oid)
            if code is not None:
                return code
    for oid in life.models:
        if life.root(oid) == oid and life.base(oid).integration and adapter in life.base(oid).layers:
            return model_code(view, level, life, oid)
    return None


def model_code(view: View, level: Level, life: Life, oid: Oid) -> str | None:
    """A name for a model, or the way to it through the object around it."""
    name = name_of(view, level, oid)
    if name is not None:
        preparer = _preparer(view, level, oid)
        return f"{preparer}.unwrap_model({name})" if preparer is not None else name
    for around, model in life.models.items():
        if isinstance(model, Wrapper) and model.inner == oid:
            outer = model_code(view, level, life, around)
            if outer is not None:
                return f"{outer}.module" if model.kind == "parallel" else outer
    return None


def name_of(view: View, level: Level, oid: Oid, preferred: cst.BaseExpression | None = None) -> str | None:
    """An expression for a model at a level: the preferred one where it means the same, else a name."""
    if preferred is not None and level.plain:
        if getattr(view.value(preferred, level), "oid", None) == oid:
            return level.module.code(preferred)
    names = view.model_names(oid, level) if level.plain else []
    return names[0] if names else None


def _preparer(view: View, level: Level, oid: Oid) -> str | None:
    """The accelerator that has prepared a model: it may have put it into a wrapper."""
    by = view.world.frames.get(NOTES, {}).get((oid, "prepared by"))
    if not isinstance(by, ObjRef):
        return None
    return next((name for name, value in view.names(level) if value == by), None)
