"""Fixes that save an adapter behind its training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import libcst as cst

from lora_lint.finding import Edit, Fix
from lora_lint.fixes.moving import means_the_same
from lora_lint.fixes.writing.editor import Editor, leaves, receiver_of
from lora_lint.fixes.writing.owners import owner_code
from lora_lint.fixes.writing.tree import around, block_of, calls_in, code_of, holds, only_in
from lora_lint.fixes.writing.written import quoted, repeatable, written
from lora_lint.flow.modules import Site
from lora_lint.flow.values import ObjRef
from lora_lint.flow.view import Level, View
from lora_lint.lifecycle.events.disk import ConfigSaved, Saved, SavedBeside
from lora_lint.lifecycle.events.models import Added, Loaded, Wrapped
from lora_lint.lifecycle.events.training import Stepped, Trained
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.trace import Event

DIRECTORY = "adapter"  # where an adapter goes that the script has no directory for
LOOPS = (cst.For, cst.While)


class Spot(NamedTuple):
    """A place behind a training: the function it is in, the statement to stay behind, and the model's name there."""

    level: Level
    statement: cst.CSTNode
    model: str


def spots(
    training: Event[Trained], made: Event[Wrapped | Added | Loaded] | None, steps: list[Event[Stepped]], adapter: Oid
) -> Iterator[Spot]:
    """Places behind a training at which the adapter is whole and can be named, in the outermost function first.

    `made` is where the adapter was put on its model: in a loop with the training, each round makes another one, and
    there is no such place outside of the loop. Until the last of the `steps` of an optimizer nothing is trained.
    """
    view: View = training.facts.view
    for depth, level in enumerate(view.levels):
        if not level.plain or level.statement is None:
            continue
        statement = _behind(level, _node_at(made, training, depth))
        if statement is None:
            return
        statement = _behind_steps(level, statement, [_statement_at(step, training, depth) for step in steps])
        name = owner_code(view, level, training.life, adapter)
        if name is not None and not leaves(statement):
            yield Spot(level, statement, name)


def _node_at(made: Event[Wrapped | Added | Loaded] | None, training: Event[Trained], depth: int) -> object:
    """What of this function leads to the making of the adapter."""
    if made is None or made.path[:depth] != training.path[:depth]:
        return None
    site = made.site_at(depth)
    return site.node if isinstance(site, Site) else None


def _statement_at(step: Event[Stepped], training: Event[Trained], depth: int) -> object:
    """What of this function leads to a step."""
    if step.path[:depth] != training.path[:depth]:
        return None
    return step.path[depth].statement if depth < len(step.path) else step.statement


def _behind_steps(level: Level, statement: cst.CSTNode, steps: list[object]) -> cst.CSTNode:
    """The last statement of the same block that comes to a step, where there is one behind the statement."""
    block = block_of(level.module.tree, statement)
    rest: list[cst.CSTNode] = list(block.body) if block is not None else []
    if statement in rest:
        for other in rest[rest.index(statement) + 1 :]:
            if any(isinstance(step, cst.CSTNode) and holds(other, step) for step in steps):
                statement = other
    return statement


def _behind(level: Level, made: object) -> cst.CSTNode | None:
    """The outermost loop around a statement, or the statement itself; None where a loop makes adapter after adapter."""
    assert level.statement is not None
    loops = [node for node in around(level.module.tree, level.statement) if isinstance(node, LOOPS)]
    if made is not None and any(holds(loop, made) for loop in loops):
        return None
    return loops[0] if loops else level.statement


def save_after(
    editor: Editor,
    training: Event[Trained],
    made: Event[Wrapped | Added | Loaded] | None,
    steps: list[Event[Stepped]],
    adapter: Oid,
    beside: list[Event[ConfigSaved | SavedBeside]],
) -> Fix | None:
    """Saves the adapter behind the training: by the trainer, beside other saves, or to a directory of its own.

    `beside` are later saves of a config or tokenizer, in a directory that only lacks the adapter.
    """
    by_trainer = trainer_saves(editor, training)
    if by_trainer is not None:
        return by_trainer
    for other in beside:
        found = _save_beside(editor, training, other, adapter)
        if found is not None:
            return found
    for spot in spots(training, made, steps, adapter):
        code = f"{spot.model}.save_pretrained({quoted(_free(training.life, DIRECTORY))})"
        edit = editor.insert_after(spot.level.module, spot.statement, code)
        return editor.fix(f"save the adapter after the training: {code}", [edit], safe=True)
    return None


def trainer_saves(editor: Editor, training: Event[Trained]) -> Fix | None:
    """`trainer.save_model()` after `trainer.train()`: to the output_dir of its arguments."""
    view: View = training.facts.view
    level = view.levels[-1]
    trainer = receiver_of(training.site) if isinstance(training.site, Site) else None
    if training.facts.how != "trainer" or trainer is None or level.statement is None or not level.plain:
        return None
    if any(calls_in(trainer)) or not isinstance(view.value(trainer, level), ObjRef):
        return None
    code = f"{level.module.code(trainer)}.save_model()"
    edit = editor.insert_after(level.module, level.statement, code)
    return editor.fix(f"save the adapter after the training: {code}", [edit], safe=True)


def _save_beside(
    editor: Editor, training: Event[Trained], other: Event[ConfigSaved | SavedBeside], adapter: Oid
) -> Fix | None:
    view: View = other.facts.view
    node = other.facts.path_node
    level = view.levels[-1]
    if node is None or level.statement is None or not level.plain or not repeatable(node, view, level):
        return None
    name = owner_code(view, level, training.life, adapter)
    if name is None:
        return None
    code = f"{name}.save_pretrained({level.module.code(node)})"
    return editor.fix(
        f"save the adapter, too: {code}", [editor.insert_before(level.module, level.statement, code)], safe=True
    )


def _free(life: Life, name: str) -> str:
    """A directory that the script does not write to."""
    taken = {place.literal for place in life.disk}
    return next(n for n in (name, f"trained-{name}", *(f"{name}-{i}" for i in range(2, 99))) if n not in taken)


def save_behind(
    editor: Editor,
    save: Event[Saved],
    training: Event[Trained],
    made: Event[Wrapped | Added | Loaded] | None,
    steps: list[Event[Stepped]],
    adapter: Oid,
) -> Fix | None:
    """Moves a save that comes too early behind the training; where it cannot be moved, adds another one there."""
    place: Place | None = save.facts.place
    node = save.facts.path_node
    for spot in spots(training, made, steps, adapter):
        moved = _moved(editor, save, training, spot)
        if moved is not None:
            return moved
        path = written(training.facts.view, spot.level, place, node) if place is not None else None
        if path is None:
            continue
        code = f"{spot.model}.save_pretrained({code_of(spot.level.module.whole(path))})"
        edit = editor.insert_after(spot.level.module, spot.statement, code)
        return editor.fix(f"save the trained adapter as well: {code}", [edit], safe=True)
    return None


def _moved(editor: Editor, save: Event[Saved], training: Event[Trained], spot: Spot) -> Fix | None:
    """The same statement behind the training, where it is one of the same function and still means the same."""
    line, small, view = save.statement, only_in(save.statement), training.facts.view
    if (
        not isinstance(save.site, Site)
        or not isinstance(small, cst.Expr)
        or small.value is not save.site.node
        or around(save.site.module.tree, line)
    ):
        return None
    before: View = save.facts.view
    if before.levels[-1].frame != spot.level.frame or not isinstance(small.value, cst.Call):
        return None
    nodes = [receiver_of(save.site), *(arg.value for arg in small.value.args)]
    if any(node is None or not means_the_same(before, view, spot.level, node) for node in nodes):
        return None
    text = editor.line(save.site.module, line)
    if text is None:
        return None
    edits: list[Edit | None] = [
        editor.insert_after(spot.level.module, spot.statement, text),
        editor.delete(save.site.module, line),
    ]
    return editor.fix("move this save behind the training", edits, safe=True)
