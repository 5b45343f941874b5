"""A small joblib: values are kept as pickles, and what was to be done side by side is done in turn."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from ...context import Run


def dump(value: Any, filename: Any, *args: Any, **options: Any) -> list[str]:
    if hasattr(filename, "write"):
        pickle.dump(value, filename)
        return []
    with open(filename, "wb") as file:
        pickle.dump(value, file)
    return [str(filename)]


def load(filename: Any, *args: Any, **options: Any) -> Any:
    if hasattr(filename, "read"):
        return pickle.load(filename)
    with open(filename, "rb") as file:
        return pickle.load(file)


def delayed(function: Any, *args: Any, **options: Any) -> Any:
    """A call that waits for its turn."""
    return lambda *given, **named: (function, given, named)


class Parallel:
    """One after the other."""

    def __init__(self, n_jobs: Any = None, *args: Any, return_as: str = "list", **options: Any) -> None:
        self.n_jobs, self.return_as = n_jobs, return_as

    def __enter__(self) -> Parallel:
        return self

    def __exit__(self, *error: Any) -> None: ...

    def __call__(self, calls: Iterable[Any]) -> Any:
        found = (function(*given, **named) for function, given, named in calls)
        return list(found) if self.return_as == "list" else found


class Memory:
    """Nothing is remembered."""

    def __init__(self, *args: Any, **options: Any) -> None: ...

    def cache(self, function: Any = None, *args: Any, **options: Any) -> Any:
        return function if function is not None else lambda own: own


def fill(module: ModuleType, run: Run) -> None:
    """Fills `joblib`."""
    module.__dict__.update(
        dump=dump, load=load, delayed=delayed, Parallel=Parallel, Memory=Memory, cpu_count=lambda *args: 1
    )
