"""Where execution stands: the code that is being run, the calls that led there, and what a call carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import libcst as cst

from lora_lint.flow.modules import Module, Site
from lora_lint.flow.values import Gate, Sym, Term, Value
from lora_lint.flow.worlds.exits import Exits
from lora_lint.lifecycle.records import Oid


class Started(NamedTuple):
    """How a script is started, where that is known: its command line, and the variables of its environment."""

    argv: list[str] | None = None
    environment: Mapping[str, str] | None = None


class Running(NamedTuple):
    """A call of a project function that is being interpreted: the call, its statement and frame, the callee."""

    site: Site
    statement: cst.CSTNode | None
    frame: Oid
    function: cst.CSTNode


class Scope(NamedTuple):
    """A function's code being run: module, variables, exits, the handlers around it, the calls that led there, and
    where a `yield` of it goes."""

    module: Module
    frame: Oid
    exits: Exits
    guards: list[tuple[str, ...]]
    stack: list[Running]
    statement: cst.CSTNode | None
    yielding: list[Callable[[Value], None]]


class Args:
    """The arguments of a call. `open` means that there may be more: `*rows`, `**options` of unknown content, which are
    the `rest`."""

    __slots__ = ("kw", "open", "pos", "rest")

    def __init__(self, pos: list[Value] | None = None, kw: dict[str, Value] | None = None, open: bool = False) -> None:
        self.pos = pos if pos is not None else []
        self.kw = kw if kw is not None else {}
        self.open = open
        self.rest: list[Value] = []

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument by keyword, else by position; None where it is not given."""
        if name in self.kw:
            return self.kw[name]
        if position is not None and position < len(self.pos):
            return self.pos[position]
        return None

    def values(self) -> list[Value]:
        return [*self.pos, *self.kw.values(), *self.rest]


class Remembered(NamedTuple):
    """What a helper gave that did nothing to a model: an unknown value, what calls of code that is not seen gave for
    it, and whether it left nothing in the trace."""

    value: Sym | Gate
    made_of: list[Term]
    silent: bool
