"""Processors that are handed a made-up text for a picture or a sound: the column holds pictures or sounds, then."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Iterator
from typing import Any

from ....context import Run

FIRST = {"ImageProcessingMixin": "images", "FeatureExtractionMixin": "raw_speech"}
TAKES = {
    **dict.fromkeys(("images", "image", "videos"), "image"),
    **dict.fromkeys(("raw_speech", "audio", "audios", "speech", "sounds"), "audio"),
}


def watch(run: Run, processor: Any) -> None:
    """From now on what a processor of this class is handed is looked at."""
    cls = type(processor)
    bases = {base.__name__ for base in cls.__mro__}
    if not bases & {*FIRST, "ProcessorMixin"} or "_watched" in vars(cls):
        return
    first = next((name for base, name in FIRST.items() if base in bases), None)
    cls._watched = True
    run.patches.replace(cls, "__call__", lambda real: _looking(run, real, first))


def _looking(run: Run, real: Any, first: str | None) -> Any:
    names = [first] if first is not None else list(inspect.signature(real).parameters)[1:]

    @functools.wraps(real)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        for name, value in (*zip(names, args), *options.items()):
            if name in TAKES:
                taken(run, value, TAKES[name])
        return real(self, *args, **options)

    return call


def taken(run: Run, value: Any, kind: str) -> None:
    """Something is taken for a picture or a sound."""
    for text in _texts(value):
        column = run.met.cells.get(text)
        if column is not None and not os.path.exists(text):
            run.met.taken_for[column] = kind


def _texts(value: Any, depth: int = 3) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)) and depth:
        for part in value:
            yield from _texts(part, depth - 1)
