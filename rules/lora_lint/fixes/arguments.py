"""Fixes that add, change or remove an argument of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.tree import blocks, calls_in, only_in
from lora_lint.fixes.writing.written import quoted
from lora_lint.flow.modules import Site
from lora_lint.lifecycle.trace import AnyEvent


def _call(site: object) -> tuple[Site, cst.Call] | None:
    return (site, site.node) if isinstance(site, Site) and isinstance(site.node, cst.Call) else None


def set_keyword(
    editor: Editor, site: object, name: str, value: str, message: str, *, safe: bool, place: int | None = None
) -> Fix | None:
    """`name=value` in a call: changed where it is given, else added at the end. `place` is where it stands among the
    arguments of a call that gives it without its name."""
    found = _call(site)
    if found is not None and place is not None:
        plain = [arg for arg in found[1].args if arg.keyword is None]
        if any(arg.star for arg in plain):
            return None
        if len(plain) > place:
            return editor.fix(message, [editor.replace(found[0].module, plain[place].value, value)], safe=safe)
    return editor.fix(message, keyword_edits(editor, site, {name: value}), safe=safe)


def keyword_edits(editor: Editor, site: object, keywords: Mapping[str, str]) -> list[Edit | None]:
    """The edits that give keywords of a call these values. `[None]` where the call hides its keywords."""
    found = _call(site)
    if found is None:
        return [None]
    place, call = found
    given = {arg.keyword.value: arg for arg in call.args if arg.keyword is not None}
    edits = [editor.replace(place.module, given[n].value, value) for n, value in keywords.items() if n in given]
    added = ", ".join(f"{name}={value}" for name, value in keywords.items() if name not in given)
    if not added:
        return edits
    if any(arg.star == "**" for arg in call.args):
        return [None]
    if not call.args:
        code = place.module.code(call)
        return [editor.replace(place.module, call, f"{code[:-1]}{added})")]
    return [*edits, editor.after(place.module, call.args[-1].value, f", {added}")]


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
    if at > 0:  # with its lines, or with the comma before it
        before = call.args[at - 1].value
        edit = editor.lines_between(place.module, before, arg.value)
        edit = edit or editor.between(place.module, before, arg.value)
    elif len(call.args) > 1:
        following = call.args[1]
        edit = editor.up_to(place.module, arg.keyword, following)
    else:
        edit = editor.up_to(place.module, arg.keyword, None, last=arg.value)
    return editor.fix(message, [edit], safe=safe)


def leave_out_of(
    editor: Editor, site: object, listed: str, names: Sequence[str], other: str, given: object
) -> Fix | None:
    """Takes names out of a list that is written in a call; one that is written elsewhere is left to `other`."""
    found = _call(site)
    if found is None:
        return None
    place, call = found
    message = f"leave {' and '.join(names)} out"
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == listed and isinstance(arg.value, (cst.List, cst.Tuple)):
            kept = [
                item
                for item in arg.value.elements
                if not (isinstance(item.value, cst.SimpleString) and item.value.evaluated_value in names)
            ]
            code = ", ".join(place.module.code(item.value) for item in kept)
            return editor.fix(message, [editor.replace(place.module, arg.value, f"[{code}]")], safe=False)
    if given is not None:
        return None
    excluded = ", ".join(f'"{name}"' for name in names)
    return set_keyword(editor, site, other, f"[{excluded}]", message, safe=False)


def add_to_list(editor: Editor, site: object, listed: str, name: str) -> Fix | None:
    """Puts a name into a list that is written in a call."""
    found = _call(site)
    for arg in found[1].args if found is not None else ():
        if arg.keyword is not None and arg.keyword.value == listed and isinstance(arg.value, cst.List):
            assert found is not None
            module, items = found[0].module, arg.value.elements
            if items:
                edit = editor.after(module, items[-1].value, f", {quoted(name)}")
            else:
                edit = editor.replace(module, arg.value, f"[{quoted(name)}]")
            return editor.fix(f"select {quoted(name)}, too", [edit], safe=True)
    return None


def without_keywords(editor: Editor, site: object, names: Sequence[str], message: str, *, safe: bool) -> Fix | None:
    """A call without those of these keywords that it is given; None where it is given none, or several."""
    found = _call(site)
    given = [arg.keyword.value for arg in found[1].args if arg.keyword is not None] if found is not None else []
    here = [name for name in names if name in given]
    return remove_keyword(editor, site, here[0], message, safe=safe) if len(here) == 1 else None


def set_attribute_after(editor: Editor, site: object, name: str, value: str, message: str) -> Fix | None:
    """`variable = call(...)` is followed by `variable.name = value`."""
    found = _call(site)
    if found is None:
        return None
    place, call = found
    lines = (line for block, _ in blocks(place.module.tree) for line in block.body)
    for line in lines:
        small = only_in(line)
        if isinstance(small, cst.Assign) and small.value is call and len(small.targets) == 1:
            target = place.module.code(small.targets[0].target)
            edit = editor.insert_after(place.module, line, f"{target}.{name} = {value}")
            return editor.fix(message, [edit], safe=True)
    return None


def resume_as_asked(editor: Editor, training: AnyEvent, setting: str) -> Fix | None:
    """`trainer.train()` is given what the trainer's arguments say of the same name, where the trainer has a name."""
    found = _call(training.site)
    owner = receiver_of(found[0]) if found is not None else None
    if found is None or not isinstance(owner, (cst.Name, cst.Attribute)) or any(calls_in(owner)):
        return None
    value = f"{found[0].module.code(owner)}.args.{setting}"
    return set_keyword(editor, training.site, setting, value, "resume from the checkpoint", safe=False)
