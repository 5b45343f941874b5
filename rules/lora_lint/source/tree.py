"""LibCST's tree of a text, made with less work than LibCST takes: a quarter of the time of a parse, seen with 1.9.

Its parser looks up the class of each node that it makes in the module `libcst`, so what stands there decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import libcst as cst

MOST_KINDS = 1_000  # of whitespace, that are kept


class _Made(dict["str | None", cst.CSTNode]):
    """The one node of a class for each text."""

    def __init__(self, kind: type[cst.CSTNode]) -> None:
        self._kind = kind

    def __missing__(self, value: str | None) -> cst.CSTNode:
        if len(self) >= MOST_KINDS:
            self.clear()
        made = self[value] = self._kind(value)  # type: ignore[call-arg]
        return made


class _Shared(type(cst.CSTNode)):  # type: ignore[misc]
    """A class that gives the same node for the same text, and for who asks meanwhile is its base."""

    def __call__(cls, value: str | None = None) -> cst.CSTNode:
        return cls.made[value]  # type: ignore[no-any-return]

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__base__)


class _SimpleWhitespace(cst.SimpleWhitespace, metaclass=_Shared):
    made = _Made(cst.SimpleWhitespace)


class _Newline(cst.Newline, metaclass=_Shared):
    made = _Made(cst.Newline)


# half of all nodes, and nobody asks which is which
_SHARED = {"SimpleWhitespace": _SimpleWhitespace, "Newline": _Newline}
_OWN = {name: vars(cst)[name] for name in _SHARED}
_parsing = Lock()


def tree_of(text: str) -> cst.Module:
    """The tree of a text. Whitespace of one text is one node in all trees. Raises ParserSyntaxError."""
    with _parsing, _unchecked():
        vars(cst).update(_SHARED)
        try:
            return cst.parse_module(text)
        finally:
            vars(cst).update(_OWN)


@contextmanager
def _unchecked() -> Iterator[None]:
    """LibCST checks every node that is made, also those of its own parser, which are right by the grammar: a fifth of
    the time of a parse. They are not checked here."""
    checks = cst.CSTNode.__post_init__
    cst.CSTNode.__post_init__ = _no_check  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        cst.CSTNode.__post_init__ = checks  # type: ignore[method-assign]


def _no_check(node: cst.CSTNode) -> None:
    """Stands where LibCST checks a node."""
