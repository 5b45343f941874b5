"""LibCST is imported without the methods that its nodes would throw away: a sixth of the time of the import, seen with
1.9 on Python 3.11.

Its nodes are dataclasses that have their own `__eq__`, `__hash__` and `__repr__`. A dataclass writes these methods and
compiles them before it sees that the class has its own, and keeps those.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from typing import Any

_KEPT = ("__eq__", "__hash__", "__repr__")
_dataclass: Callable[..., Any] = dataclasses.dataclass


def import_libcst() -> None:
    """Imports LibCST; its classes are the same as those of a plain import."""
    if "libcst" in sys.modules:
        return
    vars(dataclasses)["dataclass"] = _without_what_is_kept
    try:
        import libcst  # noqa: F401
    finally:
        vars(dataclasses)["dataclass"] = _dataclass


def _without_what_is_kept(cls: type | None = None, /, **asked: Any) -> Any:
    """`dataclasses.dataclass`, also for a class of somebody else that is made in a thread beside."""
    if cls is None:
        return lambda cls: _without_what_is_kept(cls, **asked)
    if all(vars(cls).get(name) is not None for name in _KEPT) and not asked.get("order"):
        asked = {"eq": False, "repr": False, **asked}
    return _dataclass(cls, **asked)
