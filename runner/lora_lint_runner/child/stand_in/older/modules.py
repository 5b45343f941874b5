"""Modules of a library that older releases had and the installed one has not: what was in them is found elsewhere."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

Found = Callable[[str, str], Any]  # what stands for a name of a library; None: nothing may


class Former(ModuleType):
    """Its names are those of the library itself, as far as it still has them; the others what stands for them."""

    def __init__(self, name: str, elsewhere: Found) -> None:
        super().__init__(name)
        self.__dict__["__path__"] = []
        self.__dict__["_elsewhere"] = elsewhere

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        library = importlib.import_module(self.__name__.split(".")[0])
        found = getattr(library, name, None)
        found = found if found is not None else self._elsewhere(library.__name__, name)
        if found is None:
            raise AttributeError(name)
        return found
