"""Enumerations: their members are constants, and a value of one is one of these."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lora_lint.flow.machine import Getters, Machine
from lora_lint.flow.members import bare, member, member_in
from lora_lint.flow.objects.instances import bind_member, find_member
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Bound, Cls, Const, Func, Lib, Sym, Value
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.terms import learn
from lora_lint.flow.worlds.world import World
from lora_lint.knowledge import names


def _library_bases(cls: Cls) -> Iterator[str]:
    return (base.name for current in lineage(cls) for base in current.bases if isinstance(base, Lib))


def is_enumeration(cls: Cls) -> bool:
    """`class Mode(str, Enum)`."""
    return any(name in names.ENUMERATIONS for name in _library_bases(cls))


def enlist(world: World, cls: Cls) -> None:
    """Makes members of what the body of an enumeration assigned. A second name of the same value is the same member."""
    mixed = next((kind for name in _library_bases(cls) if (kind := names.MIXED_IN.get(name)) is not None), None)
    known: dict[Value, Value] = {}
    bit = 1
    flags = any(name in names.FLAGS for name in _library_bases(cls))
    for name, given in _assigned(world, cls):
        if flags and not isinstance(given, Const):  # `auto()`
            given, bit = Const(bit), bit * 2
        known.setdefault(given, member(cls, name, given, mixed))
        world.bind(cls.frame, name, known[given])


def members(machine: Machine, cls: Cls) -> list[Value]:
    """The members of an enumeration, in the order written."""
    return list(dict.fromkeys(value for _, value in _assigned(machine.world, cls)))


def _assigned(world: World, cls: Cls) -> list[tuple[str, Value]]:
    """What the body of an enumeration gives names to: all but what is private, methods and classes."""
    frame = world.frames.get(cls.frame, {})
    public = [(name, value) for name, value in frame.items() if isinstance(name, str) and not name.startswith("_")]
    return [(name, value) for name, value in public if not isinstance(value, (Func, Cls))]


def member_of(machine: Machine, cls: Cls, args: Args, node: cst.CSTNode) -> Value:
    """`Mode(text)`: the member with this value, or, where the text is not known, the text itself, which from here on is
    one of the members'."""
    known = members(machine, cls)
    given = args.pos[0] if len(args.pos) == 1 else None
    for found in known:
        if given is not None and (given == found or given == bare(found)):
            return found
    return _one_of(machine, given if isinstance(given, Sym) else machine.unknown(node), known)


def member_named(machine: Machine, cls: Cls, name: Value, node: cst.CSTNode) -> Value:
    """`Mode["MERGE"]`, or by a name that is not known."""
    found = find_member(machine, cls, name.value) if isinstance(name, Const) and isinstance(name.value, str) else None
    return found if found is not None else _one_of(machine, machine.unknown(node), members(machine, cls))


def _one_of(machine: Machine, value: Sym, known: list[Value]) -> Value:
    if known and all(isinstance(one, Const) for one in known):
        learn(machine.world, among(value.term, known), True, None)
    return value


def _get_from_constant(machine: Machine, value: Const, name: str, node: cst.CSTNode) -> Value:
    """`Mode.MERGE.value`, `.name`, and what the class itself defines. Other constants have methods only: a text of
    which the script asks the value is a member of a library's enumeration."""
    found = member_in(value)
    if found is None:
        return value if name == "value" and isinstance(value.value, str) else Bound(value, name)
    own = find_member(machine, found.cls, name)
    if own is not None:
        return bind_member(machine, own, value, node)
    return {"value": found.given, "name": Const(found.name)}.get(name) or Bound(value, name)


GETTERS: Getters = {Const: _get_from_constant}
