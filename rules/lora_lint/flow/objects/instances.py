"""Instances: of classes of the project, of library classes, and of the ones on top of the others."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.members import kind
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    Cls,
    Const,
    DictRec,
    Func,
    InstRec,
    Lib,
    ListRec,
    Method,
    ObjRef,
    Partial,
    Sym,
    Text,
    Value,
)
from lora_lint.knowledge import names
from lora_lint.knowledge.lookup import canonical

SUBCLASSES = "__subclasses__"
METACLASS = "[metaclass]"  # in a class's namespace; no name of a script
PATCHED = ("patched", 0)  # the frame that holds what was assigned to attributes of library classes
# the frame that holds what was assigned to attributes of unknown values, and of functions
ATTRIBUTES = ("attributes", 0)


def class_name(machine: Machine, value: Value) -> str:
    """The qualified name of the library class of a value, "" where it has none."""
    if isinstance(value, Sym):
        return value.kind
    if isinstance(value, ObjRef):
        record = machine.world.heap.get(value.oid)
        if isinstance(record, InstRec):
            return record.lib
        return {ListRec: "builtins.list", DictRec: "builtins.dict"}.get(type(record), "")
    if isinstance(value, Const):
        return f"builtins.{kind(value.value)}"
    if isinstance(value, Text):
        return names.PATH if value.path else "builtins.str"
    return ""


def library_base(cls: Cls) -> str:
    """The qualified name of the first library class that a class is built on, "" where there is none."""
    for current in lineage(cls):
        for base in current.bases:
            if isinstance(base, Lib) and base.name != "builtins.object":
                return base.name
    return ""


def line_of(machine: Machine, cls: Cls) -> list[Cls]:
    """The lineage of a class, which is put in order once: members are looked up along it all the time."""
    known = machine.lines.get(id(cls))
    if known is None or known[0] is not cls:
        known = machine.lines[id(cls)] = cls, lineage(cls)
    return known[1]


def find_member(machine: Machine, cls: Cls, name: str, after: Cls | None = None) -> Value | None:
    """A class attribute, looked up along the bases; with `after`, only behind that class."""
    frames = machine.world.frames
    passed = after is None
    for current in line_of(machine, cls):
        if passed:
            frame = frames.get(current.frame)
            found = frame.get(name) if frame is not None else None
            if found is not None:
                return found
        elif after is not None and current.node is after.node:
            passed = True
    return None


def subclasses(machine: Machine, cls: Cls) -> list[Value]:
    """The classes of the project that are built on this one, itself, in the order in which they were defined."""
    there = [other for other in machine.classes if other.frame in machine.world.frames]
    return [other for other in there if any(isinstance(b, Cls) and b.node is cls.node for b in other.bases)]


def method_of(machine: Machine, value: Value, name: str) -> Method | None:
    """What the class of an instance defines itself under a name, an operator or a hook; None where it has none."""
    record = machine.world.heap.get(value.oid) if isinstance(value, ObjRef) else None
    found = find_member(machine, record.cls, name) if isinstance(record, InstRec) and record.cls is not None else None
    return Method(found, value) if isinstance(found, Func) else None


def as_text(machine: Machine, value: Value, node: cst.CSTNode) -> Value:
    """What `str()` makes of an instance whose class says so; any other value as it is."""
    own = method_of(machine, value, "__str__") or method_of(machine, value, "__repr__")
    return machine.call(own, Args(), node) if own is not None else value


def bind_member(machine: Machine, found: Value, self: Value, node: cst.CSTNode) -> Value:
    """A class attribute read from an instance: a function becomes a method, a property is computed."""
    if isinstance(found, Func):
        if found.kind == "static":
            return found
        if not found.kind.endswith("property"):
            return Method(found, self)
        given = machine.call(Method(found, self), Args(), node)
        if found.kind == names.KEPT:
            assert isinstance(found.node, cst.FunctionDef)
            _keep(machine, self, found.node.name.value, given)
        return given
    if isinstance(found, Partial) and found.method and isinstance(found.func, Func):
        return Partial(Method(found.func, self), found.args, found.kwargs)
    getter = method_of(machine, found, "__get__")
    return machine.call(getter, Args([self, machine.unknown(node)]), node) if getter is not None else found


def _keep(machine: Machine, self: Value, name: str, given: Value) -> None:
    """`cached_property`: from here on it is a field of the instance."""
    record = machine.world.heap.get(self.oid) if isinstance(self, ObjRef) else None
    if isinstance(self, ObjRef) and isinstance(record, InstRec):
        machine.world.put(self.oid, InstRec(record.cls, record.lib, {**record.fields, name: given}, record.site))


def set_together(machine: Machine, ref: ObjRef, fields: Iterable[tuple[str, Value]], node: cst.CSTNode) -> None:
    """Sets many attributes of an instance, one after the other. Those that neither a property nor a descriptor of its
    class takes are written together: a framework's options are hundreds, and each write copies all before it."""
    record = machine.world.heap[ref.oid]
    assert isinstance(record, InstRec)
    members: dict[str, Value] = {}
    for cls in reversed(line_of(machine, record.cls)) if record.cls is not None else ():
        members.update(machine.world.frames.get(cls.frame, {}))
    plain: dict[str, Value] = {}
    for name, value in fields:
        member = members.get(name)
        hooked = member is not None and method_of(machine, member, "__set__") is not None
        if not hooked and f"{name}.setter" not in members:
            plain[name] = value
            continue
        _write(machine, ref, plain)
        plain = {}
        machine.set(ref, name, value, node)
    _write(machine, ref, plain)


def _write(machine: Machine, ref: ObjRef, fields: dict[str, Value]) -> None:
    record = machine.world.heap[ref.oid]
    if fields and isinstance(record, InstRec):
        machine.world.put(ref.oid, InstRec(record.cls, record.lib, {**record.fields, **fields}, record.site))


def patched(machine: Machine, lib: str, name: str) -> Value | None:
    """What the script itself put on a library class under this name."""
    frame = machine.world.frames.get(PATCHED)
    return frame.get((canonical(lib), name)) if frame is not None else None
