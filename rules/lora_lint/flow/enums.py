"""Enumerations: their members are the constants that the class gives them, and a value of one is one of these."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Getters, Machine
from lora_lint.flow.objects import lineage
from lora_lint.flow.scope import Args
from lora_lint.flow.values import Bound, Cls, Const, Func, Lib, Sym, Value
from lora_lint.flow.worlds.choices import among
from lora_lint.flow.worlds.terms import learn
from lora_lint.knowledge import names


def is_enumeration(cls: Cls) -> bool:
    """`class Mode(str, Enum)`."""
    bases = [base for current in lineage(cls) for base in current.bases]
    return any(isinstance(base, Lib) and base.name in names.ENUMERATIONS for base in bases)


def members(machine: Machine, cls: Cls) -> dict[str, Value]:
    """The members of an enumeration by name, in the order written."""
    frame = machine.world.frames.get(cls.frame, {})
    assigned = {name: value for name, value in frame.items() if isinstance(name, str) and not name.startswith("_")}
    return {name: value for name, value in assigned.items() if not isinstance(value, (Func, Cls))}


def member_of(machine: Machine, cls: Cls, args: Args, node: cst.CSTNode) -> Value:
    """`Mode(text)`: the text itself, which from here on is one of the members'."""
    known = list(members(machine, cls).values())
    given = args.pos[0] if len(args.pos) == 1 else None
    if given is not None and given in known:
        return given
    return _one_of(machine, given if isinstance(given, Sym) else machine.unknown(node), known)


def member_named(machine: Machine, cls: Cls, name: Value, node: cst.CSTNode) -> Value:
    """`Mode["MERGE"]`, or by a name that is not known."""
    known = members(machine, cls)
    if isinstance(name, Const) and name.value in known:
        return known[name.value]
    return _one_of(machine, machine.unknown(node), list(known.values()))


def _one_of(machine: Machine, value: Sym, known: list[Value]) -> Value:
    if known and all(isinstance(member, Const) for member in known):
        learn(machine.world, among(value.term, known), True, None)
    return value


def _get_from_constant(machine: Machine, value: Const, name: str, node: cst.CSTNode) -> Value:
    """`Mode.MERGE.value`: of all constants only the members of enumerations have one."""
    return value if name == "value" else Bound(value, name)


GETTERS: Getters = {Const: _get_from_constant}
