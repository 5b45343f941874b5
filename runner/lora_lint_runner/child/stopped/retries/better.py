"""A save that waits for a better score, which a small model on made-up rows never reaches, or for a later step; and a
script that ends for want of one."""

from __future__ import annotations

import re

from ...context import Run
from .files.missing_files import missing_path
from .learning import Learned, conditions, not_known, statement

SAVES = {"saved", "weights_saved", "merged_copy_saved"}
NO_ADAPTER = re.compile(r"Can't find 'adapter_config\.json' at")  # a ValueError of peft 0.21.2, as it loads one


def score(run: Run, error: BaseException | None = None) -> Learned | None:
    """The branches to take once: where nothing was saved otherwise, or only adapters as they were at first, or a file,
    an adapter or the best state is missed afterwards."""
    untrained = _untrained(run)
    missed = bool(run.met.adapters_after) or run.met.weights_after
    nothing = not SAVES & run.journal.kinds or missed or untrained
    lacks = missing_path(error) is not None or _of_nothing(error) or missed if error is not None else nothing
    found = [*run.scores.refused, *(run.scores.to_come if run.loops.unreached or untrained else ())]
    return not_known(run, "better", found) if lacks and run.events.steps else None


def _untrained(run: Run) -> bool:
    """Was each adapter that was saved as it had begun?"""
    saved = [a for save in run.saves.saved if save["model"] is not None for a in save["model"]["adapters"]]
    return bool(saved) and all(a["trained"] is False for a in saved)


def _of_nothing(error: BaseException) -> bool:
    """Is the best of all still nothing, or a name without a value that it was to give, or an adapter not there that was
    to be loaded?"""
    none = isinstance(error, (TypeError, AttributeError)) and "NoneType" in str(error)
    return none or isinstance(error, NameError) or NO_ADAPTER.search(str(error)) is not None


def demand(run: Run, error: BaseException) -> Learned | None:
    """The demands to take for met: those that the script ended over."""
    failed = statement(run, error)
    rows = {failed.lineno if failed is not None else 0, *(test.lineno for test in conditions(run, error))}
    return not_known(run, "demands", (spot for spot in run.demands.failed if spot[1] in rows))
