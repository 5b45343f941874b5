"""Rows of which nothing is left to learn from: cut off before the answer, as tokens of bytes are many."""

from __future__ import annotations

import ast

from ...context import Run
from ...reading.sources import trees
from .learning import Learned
from .rows import left_none

MOST = 8


def masked(run: Run, error: BaseException | None = None) -> Learned | None:
    """Tokens of whole words, where no batch had a label; or else lines that begin as the script wants them to."""
    if not run.met.losses or run.met.masked != run.met.losses:
        return None
    if "word tokens" not in run.spec.learned:
        return {"word tokens": True}
    begin = _beginnings(run) if run.made_up and "beginnings" not in run.spec.learned else []
    return {"beginnings": begin} if begin else None


def _beginnings(run: Run) -> list[str]:
    """What lines have to begin with for the script to keep them: `if line.startswith("User: ")`."""
    calls = [n for tree in trees(run.spec.script, run.spec.work) for n in ast.walk(tree) if isinstance(n, ast.Call)]
    given = [c.args[0] for c in calls if getattr(c.func, "attr", "") == "startswith" and c.args]
    texts = [part.value for node in given for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return list(dict.fromkeys(t for t in texts if isinstance(t, str) and any(map(str.isalpha, t))))[:MOST]


def left_out(run: Run, error: BaseException) -> Learned | None:
    """The same, where tests of the tokens have left none of the rows, however these differ; then files of text of few
    lines, which a script may take as a whole."""
    if "varied" not in run.spec.learned or not run.made_up or not left_none(run, error):
        return None
    new = next((name for name in ("word tokens", "short texts") if name not in run.spec.learned), None)
    return {new: True} if new is not None else None
