"""Unknown values as terms, and what is known about their truth in a world."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from operator import attrgetter
from typing import Any

from lora_lint.flow.modules import Site
from lora_lint.flow.values import (
    FALSE,
    NONE,
    TRUE,
    Bound,
    Cls,
    Const,
    Func,
    Gate,
    Generator,
    Method,
    ObjRef,
    Partial,
    Super,
    Sym,
    Term,
    Text,
    Tup,
    Value,
    const,
)
from lora_lint.flow.worlds import choices
from lora_lint.flow.worlds.signs import NATURAL, never_negative
from lora_lint.flow.worlds.world import World, is_above_zero

DEEPEST = 8
LARGEST = 400  # parts of a value, or of a term


def depth(term: tuple[Any, ...]) -> int:
    """How deep a term is nested."""
    deepest = 0
    for part in term:
        kind = part.__class__
        if kind is tuple:
            below = depth(part)
        elif kind is Text:
            below = depth(part.parts) - 1
        elif kind is Tup:
            below = depth(part.items) - 1
        else:
            continue
        if below > deepest:
            deepest = below
    return deepest + 1


def large(*parts: object) -> bool:
    """Are values and terms, written out, longer than is kept? What they share counts each time, as in their hash."""
    found = list(parts)
    for part in found:  # which grows meanwhile
        inside = INSIDE.get(part.__class__)
        if inside is not None:
            found += inside(part)
            if len(found) > LARGEST:
                return True
    return len(found) > LARGEST


# the parts of a value that its hash runs through
INSIDE: dict[type, Callable[[Any], tuple[object, ...]]] = {
    tuple: tuple,  # itself
    Sym: attrgetter("term"),
    Gate: attrgetter("term", "then", "other"),
    Text: attrgetter("parts"),
    Tup: attrgetter("items"),
    Partial: attrgetter("func", "args", "kwargs"),
    Method: attrgetter("func", "self"),
    Bound: lambda bound: (bound.receiver,),
    Func: attrgetter("owner", "defaults"),
    Cls: attrgetter("bases"),
    Generator: lambda generator: (generator.func,),
    Super: attrgetter("self", "after"),
}


def make(site: Site, *parts: Any) -> Term:
    """A term, or where it would grow too deep or too large a new one that only says where it was met."""
    if depth(parts) <= DEEPEST and not large(parts):
        return parts
    return _met(site, parts)


def _met(site: Site, large: Term) -> Term:
    """What stands for a term that has grown too large: where it was met, and its sign."""
    return ("met", site, NATURAL) if NATURAL in large else ("met", site)


def part_of(site: Site, how: str, owner: Term, name: Hashable) -> Term:
    """An attribute or an item of something unknown. Where that has grown too deep, what it is goes, not the name: a
    loss may come of a long sum, but `.backward()` of it is still that. A part of an object stays one, nobody knows
    which: of a model, `model.base_model.model.model.decoder.layers[0].q_proj`."""
    term = (how, owner, name)
    if depth(term) <= DEEPEST and not large(term):
        return term
    whole: object = owner
    while isinstance(whole, tuple) and whole[:1] in (("attribute",), ("item",)):
        whole = whole[1]
    of_object = isinstance(whole, tuple) and len(whole) == 2 and isinstance(whole[0], Site)
    return make(site, how, ("item", whole, ("each", site)) if of_object else _met(site, owner), name)


FLEETING = frozenset({"met", "call", "blur", "index", "between", "each"})  # tags of what may be another the next time


def lasting(value: object) -> bool:
    """Is a value the same wherever its term is? Not what a call gave, nor an element that a loop goes through."""
    todo = [value]
    while todo:
        part = todo.pop()
        if part.__class__ is tuple and part and part[0] in FLEETING:
            return False
        inside = INSIDE.get(part.__class__)
        if inside is not None:
            todo += inside(part)
    return True


def known(world: World, term: Term) -> bool | None:
    """The truth of a term in this world: assumed, implied by what is assumed, or None."""
    assumed = world.assumed
    found = assumed.get(term)
    if found is not None:
        return found.holds
    tag = term[0]
    if tag == "not":
        inner = known(world, term[1])
        return None if inner is None else not inner
    if tag == "made":
        return True
    if not assumed:
        return None
    if tag == "whole":
        return _truth(world, term[1])
    if is_above_zero(term):
        return known(world, term[1])
    if tag == "eq" or tag == "among":
        return choices.decided(world, term)
    if tag == "none":
        truth = assumed.get(term[1])
        if truth is not None and truth.holds:
            return False  # it is true, so it is not None
        return choices.decided(world, ("eq", term[1], NONE))
    return choices.truth(world, term)


def whole(value: Gate) -> Term:
    """The truth of a value that hangs on several terms, as one term: joined paths may still know it of all of them."""
    last = value.other
    while isinstance(last, Gate):
        last = last.other
    if last == TRUE or (isinstance(last, Sym) and last.term[0] == "not"):  # `not (a and b)` is one with `a and b`
        positive = negate(value)
        return ("not", ("whole", positive, *terms_of(positive)))
    return ("whole", value, *terms_of(value))  # the terms, so that it is forgotten with any of them


def terms_of(value: Value) -> tuple[Term, ...]:
    """The terms that a value is, or hangs on."""
    if isinstance(value, Gate):
        return (value.term, *terms_of(value.then), *terms_of(value.other))
    return (value.term,) if isinstance(value, Sym) else ()


def _truth(world: World, value: Value) -> bool | None:
    value = pick(world, value)
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, Gate):
        itself = Sym(value.term)  # `a and b` is `a` where `a` is false
        then = True if value.then == itself else _truth(world, value.then)
        other = False if value.other == itself else _truth(world, value.other)
        return then if then == other else None
    return known(world, value.term) if isinstance(value, Sym) else None


def learn(world: World, term: Term, holds: bool, site: Site | None) -> None:
    """Takes a truth value for a term into the world; at `site` the term is tested as it is given."""
    shown = holds
    while term[0] == "not":
        term, holds = term[1], not holds
    world.assume(term, holds, site, shown=shown)
    for whole_term, assumption in list(world.assumed.items()):
        if whole_term[0] == "whole" and (term == whole_term or term in whole_term[2:] or ("not", term) in whole_term):
            _conclude(world, whole_term[1], assumption.holds)


def _conclude(world: World, value: Value, holds: bool) -> None:
    """What the parts of `a and b` must be for the whole to be what it is: false, and `a` true: `b` is false."""
    value = pick(world, value)
    if isinstance(value, Sym) and known(world, value.term) is None:
        learn(world, value.term, holds, None)
    elif isinstance(value, Gate):
        itself = Sym(value.term)
        then = True if value.then == itself else _truth(world, value.then)
        other = False if value.other == itself else _truth(world, value.other)
        not_then, not_other = then is not holds and then is not None, other is not holds and other is not None
        if not_then is not not_other:
            learn(world, value.term, not_other, None)


def negate(value: Value) -> Value:
    if isinstance(value, Const):
        return const(not value.value)
    if isinstance(value, Gate):
        return Gate(value.term, negate(value.then), negate(value.other))
    if isinstance(value, Sym):
        return Sym(value.term[1]) if value.term[0] == "not" else Sym(("not", value.term))
    return FALSE  # objects, functions and models are true


def gate_depth(value: Value) -> int:
    if isinstance(value, Gate):
        return 1 + max(gate_depth(value.then), gate_depth(value.other))
    return 0


def blur(x: Value, y: Value, mark: Hashable) -> Value:
    """One value for two between which nothing decides. An object that may not be there yet stays what it is."""
    found = leaves(x) | leaves(y)
    objects = [leaf for leaf in found if isinstance(leaf, ObjRef)]
    if len(found) == 2 and len(objects) == 1 and NONE in found:  # the best state so far, or none
        return Gate(("blur", mark), objects[0], NONE)
    unknown = [leaf for leaf in found if isinstance(leaf, Sym)]
    plain = all(isinstance(leaf, (Sym, Const)) for leaf in found)
    models = frozenset().union(*(leaf.models for leaf in unknown)) if plain else frozenset()
    return Sym(("blur", mark, NATURAL) if plain and all(map(never_negative, found)) else ("blur", mark), models)


def leaves(value: Value) -> set[Value]:
    """All values that a gate can turn out to be."""
    return leaves(value.then) | leaves(value.other) if isinstance(value, Gate) else {value}


def gate(term: Term, then: Value, other: Value, mark: Hashable) -> Value:
    """`then if term else other`, blurred to one unknown where gates pile up."""
    if then == other:
        return then
    if term[0] == "not":
        term, then, other = term[1], other, then
    if isinstance(then, Gate) and then.term == term:
        then = then.then
    if isinstance(other, Gate) and other.term == term:
        other = other.other
    if then == other:
        return then
    if then == TRUE and other == FALSE:
        return Sym(term)
    if gate_depth(then) + gate_depth(other) >= 3 or large(term, then, other):
        return blur(then, other, mark)
    return Gate(term, then, other)


def pick(world: World, value: Value) -> Value:
    """Resolves gates that the world's assumptions decide."""
    while type(value) is Gate:
        truth = known(world, value.term)
        if truth is None:
            return value
        value = value.then if truth else value.other
    return value
