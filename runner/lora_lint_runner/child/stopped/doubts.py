"""What an error may come of that the run has brought in: said beside it."""

from __future__ import annotations

import traceback

from ..context import Run
from ..stand_in.older.known import LIBRARIES, RELEASES
from .retries.learning import at_work, empty, given_none

# of torch 2.13: tensors that do not go together
MISFITS = (
    "shapes cannot be multiplied",
    "must match the size of tensor",
    "is invalid for input of",
    "must be the same as input size",
    "match model configuration",
)


def of(run: Run, error: BaseException) -> str:
    """The first of these that there is; else nothing."""
    found = _without(run, error) or _empty(run, error) or _narrow(run, error) or _of_other_code(run, error)
    return found or ("" if isinstance(error, (NameError, ImportError, SyntaxError)) else _of_made_up_files(run))


def _without(run: Run, error: BaseException) -> str:
    """The packages that are not installed and that the failing statement works with: it may be for want of them."""
    from ..stand_in.anything import package_of

    values = [v for held in at_work(run, error).values() for v in (held if isinstance(held, (list, tuple)) else [held])]
    known = {root for root in map(package_of, values) if root is not None and "-" not in root}
    roots = sorted(known.difference(LIBRARIES))  # a part of torch may be missing, torch is there
    pip = RELEASES["packages"]
    said = ", ".join(f"pip install {pip.get(root, root)}" for root in roots)
    return f" (a stand-in took the place of {', '.join(roots)}: {said})" if roots else ""


def _empty(run: Run, error: BaseException) -> str:
    """What the failing statement works with and has nothing in it: it may be for want of that."""
    names = empty(run, error)
    if names:
        why = ": the rows were made up, with real ones it may not be" if run.made_up else ""
        return f" ({', '.join(names)} {'is' if len(names) == 1 else 'are'} empty{why})"
    if not run.made_up and given_none(error):
        return " (the data set that the script gives to its trainer has nothing in it)"
    of_rows = isinstance(error, (IndexError, KeyError, StopIteration, ZeroDivisionError)) and not _scored(run, error)
    by_rows = run.made_up and of_rows and run.code.owns(traceback.extract_tb(error.__traceback__)[-1].filename)
    return " (it may be for want of real rows: these were made up)" if by_rows else ""


def _scored(run: Run, error: BaseException) -> bool:
    """Was a trainer's own account of an evaluation asked for what it has not, whatever rows it is of? All of these say
    how long it took."""
    held = at_work(run, error).values() if isinstance(error, KeyError) else ()
    return any(isinstance(v, dict) and any(str(key).endswith("_runtime") for key in v) for v in held)


def _narrow(run: Run, error: BaseException) -> str:
    """What does not fit a stand-in, which has other widths than the model that it stands for."""
    if run.met.tiny and isinstance(error, (RuntimeError, ValueError)) and any(w in str(error) for w in MISFITS):
        return " (the model here is a tiny stand-in, of other widths than the real one: --full runs with that)"
    return ""


def _of_other_code(run: Run, error: BaseException) -> str:
    """What a model or its config lacks, where the script trusts code on the hub."""
    owner = getattr(error, "obj", None) if isinstance(error, AttributeError) else None
    kind = getattr(getattr(owner, "config", owner), "model_type", None)
    if kind is None or not run.met.other_code:
        return ""
    return f" (here it is {kind} of transformers; its own code on the hub may have that: --full runs it)"


def _of_made_up_files(run: Run) -> str:
    """The files with made-up rows that the script was given: their form is not always to be known."""
    names = sorted(set(run.met.made_up_for))
    if not names:
        return ""
    them = "it" if len(names) == 1 else "them"
    return f" (the rows of {', '.join(names)} were made up: give {them} after --)"
