"""What a loop goes over: a collection, so many rounds, rows of which it is known how many there are."""

from __future__ import annotations

import operator
from collections.abc import Mapping, MappingView
from typing import Any

COLLECTIONS = (list, tuple, set, frozenset, Mapping, MappingView)
NUMBERED = ("list_iterator", "tuple_iterator", "dict_keyiterator", "dict_valueiterator", "dict_itemiterator")


def collection(items: Any) -> bool:
    """Is a collection gone through, as it is or numbered?"""
    numbered = isinstance(items, enumerate) and type(items.__reduce__()[1][0]).__name__ in NUMBERED
    return numbered or isinstance(items, COLLECTIONS)


def counted(items: Any) -> bool:
    """Does the script itself say how often: `range(5)`, with a bar around it?"""
    return isinstance(_within(items), (range, *COLLECTIONS))


def length(items: Any) -> int:
    """How many there are, as far as that is known: also the rows of a data set, also numbered; else 0."""
    try:
        return operator.length_hint(items.__reduce__()[1][0] if isinstance(items, enumerate) else _within(items))
    except Exception:
        return 0


def _within(items: Any) -> Any:
    """What a bar is around."""
    for name in ("iterable", "iter"):
        inner = getattr(items, name, items)
        items = items if callable(inner) else inner  # a data set has a method of that name (datasets 5.2)
    return items
