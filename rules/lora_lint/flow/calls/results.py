"""What a call gives that nobody knows: told apart by what it was computed from.

A value that is not known goes by the place where it came up. The same line of a helper comes up with another value for
other arguments, and with the same one for the same: two directories are one only where their arguments are.
"""

from __future__ import annotations

from typing import Any

from lora_lint.flow.modules import Site
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Const, Gate, ModelRef, ObjRef, Sym, Text, Tup, Value
from lora_lint.flow.worlds.exits import Raised
from lora_lint.flow.worlds.paths import Outcome
from lora_lint.flow.worlds.terms import known, learn, make

OPEN = ("met", "blur")  # tags of terms that only say where a value came up


def spelled(args: Args) -> tuple[Any, ...]:
    """The arguments as parts of a term."""
    named = [(name, _part(value)) for name, value in args.kw.items()]
    return (*[_part(value) for value in args.pos], *named)


def _part(value: Value) -> Any:
    if isinstance(value, Sym):
        return value.term
    return value if isinstance(value, (Const, Text, Tup, ObjRef, ModelRef)) else type(value).__name__


def given_back(outcome: Outcome, given: tuple[Any, ...], site: Site) -> Outcome:
    """A result by the arguments of its call, of which is known what was known of it inside."""
    value, world = outcome
    if isinstance(value, Raised):
        return outcome
    found = _by_arguments(value, given, site)
    if isinstance(value, Sym) and isinstance(found, Sym) and found.term != value.term:
        truth = known(world, value.term)
        if truth is not None and known(world, found.term) is None:
            learn(world, found.term, truth, None)
    return Outcome(found, world)


def _by_arguments(value: Value, given: tuple[Any, ...], site: Site) -> Value:
    """A result that hangs on the arguments of its call, where it is not one of them."""
    if isinstance(value, Sym):
        return value if not _is_open(value.term, given) else Sym(_of(value.term, given, site), value.models, value.kind)
    if isinstance(value, Text):
        parts = tuple(_of(part, given, site) if _is_open(part, given) else part for part in value.parts)
        return value if parts == value.parts else Text(parts, value.path)
    if isinstance(value, Tup):
        return Tup(tuple(_by_arguments(item, given, site) for item in value.items), value.open)
    if isinstance(value, Gate):
        then, other = _by_arguments(value.then, given, site), _by_arguments(value.other, given, site)
        return Gate(value.term, then, other)
    return value


def _is_open(term: Any, given: tuple[Any, ...]) -> bool:
    return isinstance(term, tuple) and term[:1] in ((tag,) for tag in OPEN) and not _within(term, given)


def _within(term: object, given: object) -> bool:
    """Is this an argument, or a piece of one?"""
    if isinstance(given, Text):
        given = given.parts
    elif isinstance(given, Tup):
        given = tuple(_part(item) for item in given.items)
    return term == given or (isinstance(given, tuple) and any(_within(term, part) for part in given))


def _of(term: Any, given: tuple[Any, ...], site: Site) -> Any:
    return make(site, *term, ("given", *given))
