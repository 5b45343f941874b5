"""Fixes around saves: the adapter first, each thing in a directory of its own."""

from __future__ import annotations

from collections.abc import Hashable

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.editor import Editor, receiver_of
from lora_lint.fixes.moving import means_the_same
from lora_lint.fixes.owners import model_code, name_of, owner_code
from lora_lint.fixes.paths import Paths, formatted
from lora_lint.fixes.spelling import repeatable, spelled
from lora_lint.fixes.tree import code_of
from lora_lint.flow.modules import Site
from lora_lint.flow.values import ModelRef
from lora_lint.flow.view import Level, View
from lora_lint.lifecycle.events.disk import Saved, WeightsSaved
from lora_lint.lifecycle.events.models import Merged, Unloaded
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid, Token
from lora_lint.lifecycle.trace import Event

ADAPTER, MERGED = "-adapter", "-merged"
# arguments of a save that are about who writes, and who may read, rather than about what is written
ALSO_OF_THE_ADAPTER = {
    "save_pretrained": ("is_main_process",),
    "push_to_hub": ("private", "token", "use_auth_token", "revision"),
}


def save_adapter_before(editor: Editor, merge: Event[Merged | Unloaded], save: Event[Saved]) -> Fix | None:
    """Adds a save of the adapter before the merge, beside the directory that the merged model is saved to.

    With the "in-place" layout the adapter takes that directory, and the merged model goes beside it.
    """
    view: View = merge.facts.view
    assert merge.oid is not None
    assert isinstance(merge.site, Site)
    peft = merge.life.peft(merge.oid)
    if peft is not None and peft.tuner:
        return None  # a bare tuner has no save of its own
    place: Place | None = save.facts.place
    push = save.facts.how == "push_to_hub"
    for level, receiver in _levels(view, merge, save):
        if level.statement is None:
            continue
        path = _path(editor, view, level, save, place)
        if path is None:
            continue
        method = "push_to_hub" if push else "save_pretrained"
        more = _arguments(view, level, save, method)
        if more is None:
            continue
        node, own = path
        if editor.layout == "in-place":
            return _in_place(editor, level, receiver, method, f"{own}{more}", save)
        suffix = _free(save, place, ADAPTER)
        target = Paths(view, level).beside(node, suffix) if node is not None else formatted(own, suffix)
        edit = editor.insert_before(level.module, level.statement, f"{receiver}.{method}({target}{more})")
        return editor.fix(f"save the adapter to {target} before the merge", [edit], safe=True)
    return None


def _in_place(editor: Editor, level: Level, receiver: str, method: str, own: str, save: Event[Saved]) -> Fix | None:
    node = save.facts.path_node
    if node is None or not isinstance(save.site, Site):
        return None
    merged = Paths(save.facts.view, save.facts.view.levels[-1]).beside(node, MERGED)
    assert level.statement is not None
    edits: list[Edit | None] = [
        editor.insert_before(level.module, level.statement, f"{receiver}.{method}({own})"),
        editor.replace(save.site.module, node, merged),
    ]
    return editor.fix(f"save the adapter to {own}, and the merged model to {merged}", edits, safe=False)


def _levels(view: View, merge: Event[Merged | Unloaded], save: Event[Saved]) -> list[tuple[Level, str]]:
    """Where the adapter can be saved, and how it is written there; the best place first.

    The merge's own function where the path is known by its own variables, then the function that both the merge and
    the save are reached from, then any in between.
    """
    assert merge.oid is not None
    assert isinstance(merge.site, Site)
    depth = len(merge.path)
    order = list(dict.fromkeys([depth, merge.shares(save), *range(depth - 1, -1, -1)]))
    found: list[tuple[Level, str]] = []
    for at in order:
        level = view.levels[at] if at < len(view.levels) else None
        if level is None or not level.plain:
            continue
        preferred = receiver_of(merge.site) if at == depth else None
        receiver = name_of(view, level, merge.oid, preferred) or _twin(view, level, merge)
        if receiver is not None:
            found.append((level, receiver))
    place = save.facts.place
    node = save.facts.path_node
    found.sort(key=lambda pair: not (node is not None and place is not None and _means(view, pair[0], node, place)))
    return found


def _twin(view: View, level: Level, merge: Event[Merged | Unloaded]) -> str | None:
    """Another PeftModel that holds the same weights: the one that was trained, where a reloaded copy is merged."""
    assert merge.oid is not None
    life = merge.life
    tokens = {life.canonical(life.token(adapter)) for adapter in life.held(merge.oid)}
    for name, value in view.names(level):
        if isinstance(value, ModelRef) and life.peft(value.oid) is not None and not life.emptied(value.oid):
            if tokens & {life.canonical(life.token(adapter)) for adapter in life.held(value.oid)}:
                return name
    return None


def _means(view: View, level: Level, node: cst.BaseExpression, place: Place) -> bool:
    found = view.place(node, level)
    return found is not None and found.segments == place.segments


def _path(
    editor: Editor, view: View, level: Level, save: Event[Saved], place: Place | None
) -> tuple[cst.BaseExpression | None, str] | None:
    """The directory of the save, as it can be written at a level."""
    node = save.facts.path_node
    if place is None:
        return None
    if node is not None and _means(view, level, node, place) and repeatable(node, view, level):
        return node, code_of(node)
    if save.facts.implicit and isinstance(save.site, Site):
        trainer = receiver_of(save.site)
        if trainer is not None and view.value(trainer, level) is not None:
            return None, f"{save.site.module.code(trainer)}.args.output_dir"
    found = spelled(view, level, place, None)
    return (found, code_of(found)) if found is not None else None


def _arguments(view: View, level: Level, save: Event[Saved], method: str) -> str | None:
    """The arguments of a save that hold for the adapter's as well, as they are written; None where they cannot be
    written at the level."""
    call = save.site.node if isinstance(save.site, Site) else None
    given = [arg for arg in call.args if arg.keyword is not None] if isinstance(call, cst.Call) else []
    wanted = [arg for arg in given if arg.keyword is not None and arg.keyword.value in ALSO_OF_THE_ADAPTER[method]]
    own: View = save.facts.view
    for arg in wanted:
        if not repeatable(arg.value, view, level) or not means_the_same(own, view, level, arg.value):
            return None
    return "".join(f", {arg.keyword.value}={code_of(arg.value)}" for arg in wanted if arg.keyword is not None)


def _free(save: Event[Saved], place: Place | None, suffix: str) -> str:
    """A suffix that leads to a place which nothing was written to."""
    for ending in (suffix, *(f"{suffix}-{number}" for number in range(2, 10))):
        if place is None or not place.segments or place.named(ending) not in save.life.disk:
            return ending
    return suffix


def move_before(editor: Editor, save: Event[Saved], merge: Event[Merged | Unloaded]) -> Fix | None:
    """Moves a save above the statement that leads to the merge which empties the model."""
    view: View = merge.facts.view
    depth = len(save.path)
    line = save.statement
    if not isinstance(save.site, Site) or tuple(merge.path[:depth]) != tuple(save.path) or depth >= len(view.levels):
        return None
    level = view.levels[depth]
    if level.statement is None or not level.plain or level.module is not save.site.module:
        return None
    call, receiver = save.site.node, receiver_of(save.site)
    if not isinstance(line, cst.SimpleStatementLine) or not isinstance(line.body[0], cst.Expr) or len(line.body) != 1:
        return None
    if receiver is None or not isinstance(call, cst.Call) or line.body[0].value is not call:
        return None
    if view.value(receiver, level) is None:
        return None
    if not all(means_the_same(save.facts.view, view, level, arg.value) for arg in call.args):
        return None
    code = save.site.module.code(line.body[0])
    edits = [editor.insert_before(level.module, level.statement, code), editor.delete(save.site.module, line)]
    return editor.fix("move this save above the merge", edits, safe=True)


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
    line = level.statement
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        return None
    statement = line.body[0]
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
