"""Numbers that are texts where something reckons with them: YAML takes `5e-6` for a text (PyYAML 6: no number without a
point), and so do arguments that are given no type."""

from __future__ import annotations

import re

from ..context import Run
from .retries.learning import frames

NUMBER = re.compile(r"[+-]?\d+([eE][+-]?\d+)?|[+-]?\d*\.\d+([eE][+-]?\d+)?")
WITHOUT_POINT = re.compile(r"([+-]?\d+)([eE][+-]?\d+)")
OF_YAML = {"yaml", "omegaconf", "hydra"}


def of(run: Run, error: BaseException) -> str:
    """Which one it is that the failing function was given."""
    said = str(error)
    if not isinstance(error, TypeError) or "'str'" not in said or not re.search(r"'(int|float)'", said):
        return ""
    given = frames(error)[-1].f_locals if frames(error) else {}
    texts = [(name, held) for name, held in given.items() if isinstance(held, str) and NUMBER.fullmatch(held)]
    if len(texts) != 1:
        return ""
    [(name, held)] = texts
    whole = WITHOUT_POINT.fullmatch(held)
    by_yaml = whole is not None and not OF_YAML.isdisjoint(run.hints.roots)
    why = f": in YAML it is a number only with a point, {whole[1]}.0{whole[2]}" if whole is not None and by_yaml else ""
    return f" ({name} is the text {held!r}{why})"
