"""What comes only after so many steps of a trainer, or in a later epoch: a run of a few steps does not see it."""

from __future__ import annotations

import ast
import re

from ...context import Run
from ...observe import saves
from ...reading import sources
from ...spec import THAWS
from .learning import Learned

STEPS = 512
CALLED, THAWED = re.compile(r"on_(epoch|step)_(begin|end)$"), re.compile(r"requires_grad|freez|thaw", re.I)
EVENTS = ("on_evaluate", "on_save", "on_log")


def steps(run: Run) -> Learned | None:
    """More steps, after a run that trained with a trainer and came to no save of the script's own, where the script
    waits for something."""
    saved = not run.journal.kinds.isdisjoint(saves.KINDS)
    if saved or not run.events.steps or not run.spec.sites or "steps" in run.spec.learned:
        return None
    waits = any(_waits(node) for tree in sources.trees(run.spec.script, run.spec.work) for node in ast.walk(tree))
    return {"steps": STEPS} if waits else None


def thawing(run: Run) -> Learned | None:
    """More steps, and epochs of one each, after a training in which no gradient came to any adapter, where a callback
    of the script's may let one learn later on: `on_epoch_begin`, `on_step_begin`."""
    if THAWS in run.spec.learned or not run.events.steps or run.events.unheld.touched:
        return None
    nodes = [node for tree in sources.trees(run.spec.script, run.spec.work) for node in ast.walk(tree)]
    return {THAWS: True, "steps": STEPS} if any(map(_thaws, nodes)) else None


def _thaws(node: ast.AST) -> bool:
    called = isinstance(node, ast.FunctionDef) and CALLED.match(node.name) is not None
    return called and THAWED.search(ast.unparse(node)) is not None


def _waits(node: ast.AST) -> bool:
    """A remainder, or a method that a trainer calls now and then."""
    if isinstance(node, ast.FunctionDef):
        return node.name in EVENTS
    formats = isinstance(node, ast.BinOp) and isinstance(node.left, (ast.Constant, ast.JoinedStr))
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and not formats
