"""Packages that a script has asked for in vain before it ended itself: it may be over one of them."""

from __future__ import annotations

import sys

from ..context import Run
from ..stand_in.older.known import LIBRARIES
from ..steering.caught import of_the_end


def of(run: Run, error: BaseException) -> list[str]:
    """By their names. None where it went on without, and then caught something that speaks of none."""
    if not isinstance(error, SystemExit) or not error.code:
        return []
    met, missed = of_the_end(run), run.met.missed_packages
    if met is not None and not any(name in str(met) for name in missed):
        return []
    return [name for name in missed if name not in LIBRARIES and name not in sys.stdlib_module_names]
