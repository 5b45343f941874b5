"""Metrics whose code or data lies on the hub or elsewhere in the network: evaluate's modules, nltk's models.

What is in the user's cache is used. Everything else scores 0.5; texts are split at their dots and spaces.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from ...context import Run
from ..libraries.nltk import NAMES
from ..scoring import Score


def install(run: Run) -> None:
    """From now on no metric is missing."""

    @run.patches.after("evaluate.loading")
    def evaluate(module: Any) -> None:
        run.patches.replace(module, "load", lambda real: _loading(run, real))

    @run.patches.after("nltk.tokenize")
    def tokenize(module: Any) -> None:
        for name in ("sent_tokenize", "word_tokenize"):
            run.patches.replace(module, name, partial(_splitting, run, NAMES[name]))

    @run.patches.after("nltk.corpus.util")
    def corpora(module: Any) -> None:
        run.patches.replace(module.LazyCorpusLoader, "__getattr__", lambda real: _without_words(run, real))

    @run.patches.after("nltk.downloader")
    def downloads(module: Any) -> None:
        run.patches.replace(module, "download", lambda real: lambda *args, **options: True)


def _loading(run: Run, real: Any) -> Any:
    def load(path: str, *args: Any, **options: Any) -> Any:
        try:
            return real(path, *args, **options)
        except (OSError, ImportError):
            if os.path.exists(path) or path.endswith(".py"):
                raise
        run.neutral(f"metric {path}: every score is 0.5")
        return Score()

    return load


def _splitting(run: Run, simple: Callable[..., Any], real: Any) -> Any:
    def tokenize(text: str, *args: Any, **options: Any) -> Any:
        try:
            return real(text, *args, **options)
        except LookupError:
            run.neutral("nltk's data: texts are split at dots and spaces")
            return simple(text)

    return tokenize


def _without_words(run: Run, real: Any) -> Any:
    """A corpus that is not here has no words, files or texts."""

    def ask(self: Any, name: str) -> Any:
        try:
            return real(self, name)
        except LookupError:
            run.neutral("nltk's data: a corpus without words")
            return lambda *args, **options: []

    return ask
