"""Statements that another attempt passes over, where nothing else helps a script that made-up rows do not suit."""

from __future__ import annotations

from ...context import Run
from ...spec import PASSED_OVER
from ...steering import passing
from .learning import Learned, at_work, frames, not_known, statement
from .rows import left_none


def over(run: Run, error: BaseException) -> Learned | None:
    """The statement that has failed: its file, row and column."""
    found = statement(run, error)
    if found is None or not passing.may_pass(run, error) or not passing.passable(found):
        return fed(run) if left_none(run, error) else None
    if any(hasattr(type(value), "named_parameters") for value in at_work(run, error).values()):
        return None
    own = [f for f in frames(error) if run.code.owns(f.f_code.co_filename)]
    return not_known(run, PASSED_OVER, [(own[-1].f_code.co_filename, found.lineno, found.col_offset)])


def fed(run: Run) -> Learned | None:
    """Rows as the model wants them, where a script has trained on none, as there are none."""
    new = run.made_up and PASSED_OVER not in run.spec.learned
    return {PASSED_OVER: []} if new and not run.events.steps else None


def fed_anyway(run: Run, error: BaseException) -> Learned | None:
    """The same in the place of made-up rows that the model refuses, so that it was never trained."""
    untrained = isinstance(error, Exception) and not passing.has_trained(run)
    refused = untrained and run.made_up and passing.of_models(run, error)
    return {"fed": True, PASSED_OVER: run.spec.learned.get(PASSED_OVER, [])} if refused else None
