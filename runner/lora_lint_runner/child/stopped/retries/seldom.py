"""Saves that come every so many steps of a trainer: a run of a few does not see them."""

from __future__ import annotations

import ast

from ...context import Run
from ...observe import saves
from ...reading import sources
from .learning import Learned

STEPS = 512
EVENTS = ("on_evaluate", "on_save", "on_log")


def steps(run: Run) -> Learned | None:
    """More steps, after a run that trained with a trainer and came to no save of the script's own, where the script
    waits for something."""
    saved = not run.journal.kinds.isdisjoint(saves.KINDS)
    if saved or not run.events.steps or not run.spec.sites or "steps" in run.spec.learned:
        return None
    waits = any(_waits(node) for tree in sources.trees(run.spec.script, run.spec.work) for node in ast.walk(tree))
    return {"steps": STEPS} if waits else None


def _waits(node: ast.AST) -> bool:
    """A remainder, or a method that a trainer calls now and then."""
    if isinstance(node, ast.FunctionDef):
        return node.name in EVENTS
    formats = isinstance(node, ast.BinOp) and isinstance(node.left, (ast.Constant, ast.JoinedStr))
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and not formats
