"""Errors that a script catches and only tells of: it comes to its end, and they have stopped it all the same."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

from ..context import Run
from .demands import exits

CAUGHT = "__lora_lint_caught__"
MOST = 16
STOPS, AN_END, WAITS = "stops", "an end", "waits"
BROAD = ("Exception", "BaseException")


def noting(run: Run) -> Callable[[str], None]:
    """Notes the error at hand by what its handler, one of the script's own, is for: what each of them begins with.
    Installed as `CAUGHT` in `builtins`."""

    def note(what: str) -> None:
        error = sys.exc_info()[1]
        of_file = error if isinstance(error, OSError) else None  # that is not there, say
        if what == AN_END:
            run.met.times_at_an_end += 1
        if what != STOPS and of_file is None:
            return
        run.met.times_caught += 1
        run.met.tried_in_vain = of_file
        noted = what == STOPS and len(run.met.caught) < MOST
        if noted and isinstance(error, Exception) and not isinstance(error, ImportError):
            run.met.caught.append(error)
            if run.events.backwards and run.met.caught_in_training is None:
                run.met.caught_in_training = error

    return note


def of_the_end(run: Run) -> Exception | None:
    """The one over which a script may have come to its end without training."""
    if run.events.steps or not run.met.caught:
        return None
    return run.met.caught_in_training or run.met.caught[-1]


def what_for(handler: ast.ExceptHandler) -> str:
    """What a handler is for: whatever may come, or to give up; the end of rows (`except StopIteration: rows =
    iter(loader)`); something else that it waits for, and deals with."""
    named = handler.type.id if isinstance(handler.type, ast.Name) else ""
    if handler.type is None or named in BROAD or _gives_up(handler.body[-1]):
        return STOPS
    return AN_END if named == "StopIteration" else WAITS


def _gives_up(last: ast.stmt) -> bool:
    """`return` without a word, or the end of the script."""
    if isinstance(last, ast.Return):
        return last.value is None or (isinstance(last.value, ast.Constant) and last.value.value is None)
    return exits(last) or (isinstance(last, ast.Raise) and ast.unparse(last).startswith("raise SystemExit"))
