"""Rows of which nothing is left to learn from: cut off before the answer, as tokens of bytes are many."""

from __future__ import annotations

from ...context import Run
from .learning import Learned
from .rows import left_none


def masked(run: Run, error: BaseException | None = None) -> Learned | None:
    """Tokens of whole words, where no batch had a label."""
    none = run.met.losses > 0 and run.met.masked == run.met.losses
    return {"word tokens": True} if none and "word tokens" not in run.spec.learned else None


def left_out(run: Run, error: BaseException) -> Learned | None:
    """The same, where tests of the tokens have left none of the rows, however these differ; then files of text of few
    lines, which a script may take as a whole."""
    if "varied" not in run.spec.learned or not run.made_up or not left_none(run, error):
        return None
    new = next((name for name in ("word tokens", "short texts") if name not in run.spec.learned), None)
    return {new: True} if new is not None else None
