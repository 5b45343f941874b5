"""A save that waits for a better score, which a small model on made-up rows never reaches, or for a later step; and a
script that ends for want of one."""

from __future__ import annotations

import os

from ...context import Run
from .learning import Learned, conditions, statement
from .missing_files import missing_path

SAVES = {"saved", "weights_saved", "merged_copy_saved"}


def score(run: Run, error: BaseException | None = None) -> Learned | None:
    """The branches to take once: where nothing was saved otherwise, or a file or an adapter is missed afterwards."""
    nothing = not SAVES & run.journal.kinds or bool(run.met.adapters_after)
    lacks = missing_path(error) is not None if error is not None else nothing
    known = run.spec.learned.get("better", [])
    found = [*run.scores.refused, *(run.scores.to_come if run.loops.unreached else ())]
    spots = [[os.path.relpath(name, run.spec.work), row, place] for name, row, place in found]
    new = [spot for spot in spots if spot not in known]
    return {"better": [*known, *new]} if new and lacks and run.events.steps else None


def demand(run: Run, error: BaseException) -> Learned | None:
    """The demands to take for met: those that the script ended over."""
    failed = statement(run, error)
    rows = {failed.lineno if failed is not None else 0, *(test.lineno for test in conditions(run, error))}
    known = run.spec.learned.get("demands", [])
    spots = [[os.path.relpath(name, run.spec.work), row, place] for name, row, place in run.demands.failed]
    new = [spot for spot in spots if spot not in known and spot[1] in rows]
    return {"demands": [*known, *new]} if new else None
