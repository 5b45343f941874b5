"""Fixes that add, change or remove an argument of a call."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Fix
from lora_lint.fixes.editor import Editor
from lora_lint.flow.modules import Site


def _call(site: object) -> tuple[Site, cst.Call] | None:
    return (site, site.node) if isinstance(site, Site) and isinstance(site.node, cst.Call) else None


def set_keyword(editor: Editor, site: object, name: str, value: str, message: str, *, safe: bool) -> Fix | None:
    """`name=value` in a call: changed where it is given, else added at the end."""
    found = _call(site)
    if found is None:
        return None
    place, call = found
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return editor.fix(message, [editor.replace(place.module, arg.value, value)], safe=safe)
    if any(arg.star == "**" for arg in call.args):
        return None
    if not call.args:
        code = place.module.code(call)
        return editor.fix(message, [editor.replace(place.module, call, f"{code[:-1]}{name}={value})")], safe=safe)
    last = call.args[-1]
    return editor.fix(message, [editor.after(place.module, last.value, f", {name}={value}")], safe=safe)


def remove_keyword(editor: Editor, site: object, name: str, message: str, *, safe: bool) -> Fix | None:
    """A call without one of its keyword arguments."""
    found = _call(site)
    if found is None:
        return None
    place, call = found
    at = next((i for i, arg in enumerate(call.args) if arg.keyword is not None and arg.keyword.value == name), None)
    if at is None:
        return None
    arg = call.args[at]
    assert arg.keyword is not None
    if at > 0:  # with the comma before it
        edit = editor.between(place.module, call.args[at - 1].value, arg.value)
    elif len(call.args) > 1:
        following = call.args[1]
        edit = editor.up_to(place.module, arg.keyword, following.keyword or following.value)
    else:
        edit = editor.up_to(place.module, arg.keyword, None, last=arg.value)
    return editor.fix(message, [edit], safe=safe)


def set_attribute_after(editor: Editor, site: object, name: str, value: str, message: str) -> Fix | None:
    """`variable = call(...)` is followed by `variable.name = value`."""
    found = _call(site)
    if found is None:
        return None
    place, call = found
    for line in _lines(place.module.tree):
        small = line.body[0] if len(line.body) == 1 else None
        if isinstance(small, cst.Assign) and small.value is call and len(small.targets) == 1:
            target = place.module.code(small.targets[0].target)
            edit = editor.insert_after(place.module, line, f"{target}.{name} = {value}")
            return editor.fix(message, [edit], safe=True)
    return None


def _lines(node: cst.CSTNode) -> list[cst.SimpleStatementLine]:
    """All simple statements of a tree."""
    found: list[cst.SimpleStatementLine] = []
    todo: list[object] = [node]
    while todo:
        current = todo.pop()
        if isinstance(current, cst.SimpleStatementLine):
            found.append(current)
            continue
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(current, part, None)
            todo += inner if isinstance(inner, (list, tuple)) else [inner] if isinstance(inner, cst.CSTNode) else []
    return found
