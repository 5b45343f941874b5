"""Saves that have to come before a merge: the adapter's own, to a directory beside the merged model's."""

from __future__ import annotations

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.moving import means_the_same
from lora_lint.fixes.writing.branches import under_its_tests
from lora_lint.fixes.writing.editor import Editor, receiver_of
from lora_lint.fixes.writing.owners import name_of
from lora_lint.fixes.writing.paths import ADAPTER, MERGED, Paths, formatted
from lora_lint.fixes.writing.tree import code_of, only_in
from lora_lint.fixes.writing.written import bound_to, repeatable, written
from lora_lint.flow.modules import Site, names_in
from lora_lint.flow.values import ModelRef
from lora_lint.flow.view import Level, View
from lora_lint.knowledge.repeatable import WHO_WRITES
from lora_lint.lifecycle.events.disk import Saved, WeightsSaved, Whole
from lora_lint.lifecycle.events.models import Merged, Unloaded
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.trace import Event


def save_adapter_before(editor: Editor, merge: Event[Merged | Unloaded], save: Event[Whole]) -> Fix | None:
    """Adds a save of the adapter before the merge, beside the directory that the merged model is saved to.

    With the "in-place" layout the adapter takes that directory, and the merged model goes beside it, except where that
    is a file of tensors.
    """
    view: View = merge.facts.view
    assert merge.oid is not None
    assert isinstance(merge.site, Site)
    peft = merge.life.peft(merge.oid)
    if peft is not None and peft.tuner:
        return None  # a bare tuner has no save of its own
    tensors = isinstance(save.facts, WeightsSaved)
    place = _place(save)
    push = save.facts.how == "push_to_hub"
    for level, receiver in _levels(view, merge, save):
        if level.statement is None:
            continue
        path = _path(view, level, save, place)
        if path is None:
            continue
        method = "push_to_hub" if push else "save_pretrained"
        more = _arguments(view, level, save, method)
        if more is None:
            continue
        node, own = path
        in_place = editor.layout == "in-place" and not tensors
        suffix = _free(save, place, ADAPTER)
        paths = Paths(view, level)
        if node is None:
            beside = formatted(own, suffix)
        else:
            beside = paths.beside(paths.without_ending(node) if tensors else node, suffix)
        target = own if in_place else beside
        call = f"{receiver}.{method}({target}{more})"
        code = under_its_tests(view, level, _leading_to(merge, level, view), call)
        if code is None:
            continue
        edit = editor.insert_before(level.module, level.statement, code)
        if in_place:
            return _in_place(editor, edit, f"{own}{more}", save)
        return editor.fix(f"save the adapter to {target} before the merge", [edit], safe=True)
    return None


def _place(save: Event[Whole]) -> Place | None:
    """The directory of a model, the file of tensors."""
    return save.facts.file if isinstance(save.facts, WeightsSaved) else save.facts.place


def _leading_to(merge: Event[Merged | Unloaded], level: Level, view: View) -> cst.CSTNode:
    """What stands at a level and comes to the merge: the merge itself, or a call."""
    site = merge.site_at(view.levels.index(level))
    assert isinstance(site, Site)
    return site.node


def _in_place(editor: Editor, saved: Edit | None, own: str, save: Event[Whole]) -> Fix | None:
    """The adapter takes the merged model's directory, and that one goes beside it."""
    node = save.facts.path_node
    if node is None or not isinstance(save.site, Site):
        return None
    merged = Paths(save.facts.view, save.facts.view.levels[-1]).beside(node, MERGED)
    edits = [saved, editor.replace(save.site.module, node, merged)]
    return editor.fix(f"save the adapter to {own}, and the merged model to {merged}", edits, safe=False)


def _levels(view: View, merge: Event[Merged | Unloaded], save: Event[Whole]) -> list[tuple[Level, str]]:
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
    found.sort(key=lambda pair: not _means(view, pair[0], save))
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


def _means(view: View, level: Level, save: Event[Whole]) -> bool:
    """Does the path of the save mean the same at a level, or is it one of several there, and the same ones?"""
    node, place, then = save.facts.path_node, _place(save), save.facts.view
    if node is None or place is None:
        return False
    found = view.place(node, level)
    if found is not None:
        return found.segments == place.segments
    same = then.levels[-1].frame == level.frame
    return same and not any(view.has_changed(name, level, then) for name in names_in(node))


def _path(
    view: View, level: Level, save: Event[Whole], place: Place | None
) -> tuple[cst.BaseExpression | None, str] | None:
    """The directory of the save, as it can be written at a level."""
    node = save.facts.path_node
    if place is None or not isinstance(save.site, Site):
        return None
    if node is not None and _means(view, level, save) and repeatable(node, view, level):
        return node, code_of(save.site.module.whole(node))
    if isinstance(save.facts, Saved) and save.facts.implicit:
        trainer = receiver_of(save.site)
        if trainer is not None and view.value(trainer, level) is not None:
            return None, f"{save.site.module.code(trainer)}.args.output_dir"
    found = written(view, level, place, bound_to(save.site.module.tree, node))
    return (found, code_of(found)) if found is not None else None


def _arguments(view: View, level: Level, save: Event[Whole], method: str) -> str | None:
    """The arguments of a save that hold for the adapter's as well, as they are written; None where they cannot be
    written at the level."""
    assert isinstance(save.site, Site)
    module, call = save.site.module, save.site.node
    given = [arg for arg in call.args if arg.keyword is not None] if isinstance(call, cst.Call) else []
    wanted = [arg for arg in given if arg.keyword is not None and arg.keyword.value in WHO_WRITES[method]]
    own: View = save.facts.view
    for arg in wanted:
        if not repeatable(arg.value, view, level) or not means_the_same(own, view, level, arg.value):
            return None
    return "".join(
        f", {arg.keyword.value}={code_of(module.whole(arg.value))}" for arg in wanted if arg.keyword is not None
    )


def _free(save: Event[Whole], place: Place | None, suffix: str) -> str:
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
    call, receiver, only = save.site.node, receiver_of(save.site), only_in(line)
    if not isinstance(only, cst.Expr) or only.value is not call:
        return None
    if receiver is None or not isinstance(call, cst.Call):
        return None
    if view.value(receiver, level) is None:
        return None
    if not all(means_the_same(save.facts.view, view, level, arg.value) for arg in call.args):
        return None
    code = save.site.module.code(only)
    edits = [editor.insert_before(level.module, level.statement, code), editor.delete(save.site.module, line)]
    return editor.fix("move this save above the merge", edits, safe=True)
