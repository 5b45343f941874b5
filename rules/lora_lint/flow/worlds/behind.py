"""What values and terms were made of, however large they are: the models, the terms, the results of calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from lora_lint.flow.values import Gate, ModelRef, Sym, Term, Tup, Value
from lora_lint.flow.worlds.terms import INSIDE, LARGEST
from lora_lint.lifecycle.records import Oid

ANSWERED = (("isinstance",), ("hasattr",))


def models_inside(value: Value) -> set[Oid]:
    """The models that a value may be, or holds, however large it is. What tests are made of is not among them."""
    found: set[Oid] = set()
    seen: set[int] = set()
    todo: list[Value] = [value]
    while todo:
        part = todo.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, ModelRef):
            found.add(part.oid)
        elif isinstance(part, Gate):
            todo += (part.then, part.other)
        elif isinstance(part, Tup):
            todo += part.items
    return found


def parts_behind(
    term: Term,
    made_of: Mapping[Term, Collection[Value]],
    closed: Collection[Term],
    held: Callable[[object], Sequence[Value]] = lambda part: (),
) -> Iterator[object]:
    """The terms and values that a term was made of, by way of results of calls, too. What begins as one that is
    `closed` is not looked into; `held` are what a part holds besides."""
    seen: set[object] = set()
    met: set[int] = set()  # ids of those: most parts that come up again are the same object, whose hash takes longer
    todo: list[object] = [term]
    while todo and len(seen) < LARGEST:
        part = todo.pop()
        inside = INSIDE.get(part.__class__)
        if inside is None:
            yield part
            todo += held(part)
        elif part.__class__ is Sym:
            todo.append(part.term)
        elif id(part) not in met:
            met.add(id(part))
            number = len(seen)
            seen.add(part)
            if len(seen) == number:
                continue
            yield part
            if not isinstance(part, tuple):
                todo += inside(part)
            elif part[:1] not in closed:
                todo += (*part, *made_of.get(part, ()))


def models_behind(term: Term, made_of: Mapping[Term, Collection[Value]]) -> list[Oid]:
    """The models that a term was made of. What only asks for a class or an attribute by name is answered for each kind
    of model, and has none."""
    parts = parts_behind(term, made_of, ANSWERED)
    return list(dict.fromkeys(part.oid for part in parts if isinstance(part, ModelRef)))
