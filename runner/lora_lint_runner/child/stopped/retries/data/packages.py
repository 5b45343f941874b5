"""Rows in the place of what a package that is not here was to give, where a script has gone through that in vain."""

from __future__ import annotations

from ....context import Run
from ....stand_in.made_up.of_packages import LEARNED
from ..learning import Learned, more
from .rows import left_none


def gone_through(run: Run, error: BaseException | None = None) -> Learned | None:
    """Where it has stopped for want of rows, or has come to its end and trained nothing."""
    wanting = not run.events.steps if error is None else left_none(run, error)
    if not run.met.gone_through or not wanting or run.spec.made_up_rows is False:
        return None
    return more(run, LEARNED, sorted(run.met.gone_through))
