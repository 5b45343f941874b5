"""Tests that ask for the release of a library, or for what only some of its releases have.

`peft.__version__`, `version("peft")` and `signature(LoraConfig)` are terms that name their library, so a test that is
made of one tells which releases come this way. What goes wrong in others only is not said of such a path.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lora_lint.flow.values import Lib, ListRec, ObjRef, Sym, Term, Value
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.flow.worlds.world import World

RELEASE = "release"  # the tag of a term that hangs on the release of the library that comes next
CLOSED = ((RELEASE,), ("isinstance",))


def release_of(name: str, *what: object) -> Sym:
    """What only depends on which release of a library is there; `name` is a qualified name of it."""
    return Sym((RELEASE, name.partition(".")[0].replace("-", "_"), *what))


def named_in(requirement: str) -> str:
    """The library that a requirement begins with: `peft>=0.14`."""
    name = next((at for at, sign in enumerate(requirement) if not (sign.isalnum() or sign in "-_.")), None)
    return requirement[:name]


def libraries_behind(world: World, term: Term, made_of: Mapping[Term, Collection[Value]]) -> frozenset[str]:
    """The libraries whose releases a term asks for, by way of lists and results of calls, too."""

    def held(part: object) -> Sequence[Value]:
        record = world.heap.get(part.oid) if isinstance(part, ObjRef) else None
        return record.items if isinstance(record, ListRec) else ()

    found: set[str] = set()
    for part in parts_behind(term, made_of, CLOSED, held):
        if isinstance(part, Lib):  # `"r" in LoraConfig.__dataclass_fields__`
            found.add(part.name.partition(".")[0])
        elif isinstance(part, tuple) and part[:1] == (RELEASE,):
            found.add(part[1])
    return frozenset(found)
