"""The kinds of events, and the words for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, TypeVar

C = TypeVar("C", bound=type)

View: TypeAlias = Any  # the interpreter's look back at the moment of the event, for fixes; opaque here
Node: TypeAlias = Any  # a piece of the script as it is written; opaque here


class Kind(NamedTuple):
    """One kind of event: its name in a trace, and the words for it where a model's life is shown.

    `silent`: it is for the rules, and left out where a life is shown.
    """

    name: str
    words: str
    silent: bool


KINDS: dict[type, Kind] = {}


def kind(name: str, words: str, *, silent: bool = False) -> Callable[[C], C]:
    """Makes a class the kind of event of this name: its fields are what such an event tells."""

    def named(cls: C) -> C:
        KINDS[cls] = Kind(name, words, silent)
        return cls

    return named
