"""Errors that a script catches and only tells of: it comes to its end, and they have stopped it all the same."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

from ..context import Run
from .demands import exits

CAUGHT = "__lora_lint_caught__"
MOST = 16
BROAD = ("Exception", "BaseException")


def noting(run: Run) -> Callable[[bool], None]:
    """Notes the error at hand, or that rows are `at_an_end`: what a handler of the script's own begins with. Installed
    as `CAUGHT` in `builtins`."""

    def note(at_an_end: bool) -> None:
        if at_an_end:
            run.met.times_at_an_end += 1
            return
        error = sys.exc_info()[1]
        run.met.times_caught += 1
        if isinstance(error, Exception) and not isinstance(error, ImportError) and len(run.met.caught) < MOST:
            run.met.caught.append(error)
            if run.events.backwards and run.met.caught_in_training is None:
                run.met.caught_in_training = error

    return note


def of_the_end(run: Run) -> Exception | None:
    """The one over which a script may have come to its end without training."""
    if run.events.steps or not run.met.caught:
        return None
    return run.met.caught_in_training or run.met.caught[-1]


def asks(handler: ast.ExceptHandler) -> bool:
    """Does it catch whatever may come, or give up? One that names what it waits for, and goes on, deals with that."""
    broad = handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in BROAD)
    return broad or _gives_up(handler.body[-1])


def at_an_end(handler: ast.ExceptHandler) -> bool:
    """Does it wait for the end of rows? `except StopIteration: rows = iter(loader)`."""
    return isinstance(handler.type, ast.Name) and handler.type.id == "StopIteration"


def _gives_up(last: ast.stmt) -> bool:
    """`return` without a word, or the end of the script."""
    if isinstance(last, ast.Return):
        return last.value is None or (isinstance(last.value, ast.Constant) and last.value.value is None)
    return exits(last) or (isinstance(last, ast.Raise) and ast.unparse(last).startswith("raise SystemExit"))
