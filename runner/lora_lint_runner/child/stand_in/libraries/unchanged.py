"""What cleans texts (ftfy, unidecode, emoji, contractions, zhconv, opencc): they are clean already."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ...context import Run


class Cleaner:
    """A function that gives back the text that it is given, or an object with such methods."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def __call__(self, *args: Any, **options: Any) -> Any:
        text = next((given for given in (*args, *options.values()) if isinstance(given, (str, bytes))), None)
        return Cleaner() if text is None else text

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Cleaner()


def fill(module: ModuleType, run: Run) -> None:
    """Fills any of them."""
    module.__dict__.update(_fallback=lambda name: Cleaner())
