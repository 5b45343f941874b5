"""Another one of the project's command lines, and back to an earlier one: statements could have been passed over with
it, which is tried once no other has led further."""

from __future__ import annotations

from typing import Any

from ....context import Run
from ....spec import PASSED_OVER
from .. import passing
from ..learning import Learned
from . import arguments

BACK = "back to"  # what an attempt knows of the command line that it may come back to
LEARNED: dict[str, Any] = {"command": 0, "arguments": [], "values": {}, "off": [], "not": []}  # of one command line


def other_command(run: Run, error: BaseException) -> Learned | None:
    """Another one, or none of them; it is remembered what could be tried with this one."""
    known = run.spec.learned
    if BACK in known and PASSED_OVER in known:
        return None  # there is none that was not tried
    other = arguments.other_command(run, error)
    passed = passing.over(run, error) or passing.fed_anyway(run, error)
    if other is None or passed is None or BACK in known or PASSED_OVER in known:
        return other
    return {**other, BACK: {**LEARNED, **{name: known[name] for name in LEARNED if name in known}, **passed}}


def back(run: Run, error: BaseException) -> Learned | None:
    """The first one with which statements could have been passed over."""
    known = run.spec.learned
    return known.get(BACK) if PASSED_OVER not in known else None
