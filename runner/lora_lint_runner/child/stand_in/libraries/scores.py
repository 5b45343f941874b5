"""Metrics that are not installed: every score is 0.5, under every name that it is asked for."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run
from ..scoring import Score

WHOLE: dict[str, dict[str, Any]] = {}


def fill(module: ModuleType, run: Run) -> None:
    """What of these packages is more than a score."""
    module.__dict__.update(WHOLE.get(module.__name__, {}), _fallback=lambda name: Score())


def sentences(text: str, *args: Any) -> list[str]:
    return [s for s in text.split(". ") if s]


WHOLE.update(
    {
        "nltk": {"sent_tokenize": sentences, "word_tokenize": str.split, "download": lambda *a, **k: True},
        "nltk.tokenize": {"sent_tokenize": sentences, "word_tokenize": str.split},
    }
)
