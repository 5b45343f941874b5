"""Instances: of classes of the project, of library classes, and of the ones on top of the others."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from lora_lint.flow.machine import Getters, Machine, Setters
from lora_lint.flow.members import kind
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.objects.strings import path_attribute
from lora_lint.flow.releases import release_of
from lora_lint.flow.scope import Args
from lora_lint.flow.values import (
    TRUE,
    Bound,
    Cls,
    Const,
    DictRec,
    Func,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModuleRef,
    ObjRef,
    Partial,
    Super,
    Sym,
    Text,
    Value,
    const,
)
from lora_lint.flow.worlds.choices import KEPT
from lora_lint.knowledge import names
from lora_lint.knowledge.lookup import canonical
from lora_lint.knowledge.rows import Holds, Kept, Plain


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


def _get_from_instance(machine: Machine, value: ObjRef, name: str, node: cst.CSTNode) -> Value:
    record = machine.world.heap.get(value.oid)
    if type(record) is DictRec:  # some kinds of dicts give their items as attributes, too
        return next((item for key, item in record.items if key == Const(name)), Bound(value, name))
    if type(record) is not InstRec:
        return Bound(value, name)
    if name in record.fields:
        return record.fields[name]
    if record.cls is not None:
        found = find_member(machine, record.cls, name)
        if found is not None:
            return bind_member(machine, found, value, node)
        if name == "__class__":
            return record.cls
        fallback = None if name.startswith("__") else find_member(machine, record.cls, "__getattr__")
        if isinstance(fallback, Func):
            return machine.call(Method(fallback, value), Args([Const(name)]), node)
    if record.lib:
        for lib in machine.knowledge.lineage(record.lib):
            changed = patched(machine, lib, name)
            if changed is not None:
                return bind_member(machine, changed, value, node)
        known = machine.knowledge.attribute(record.lib, name)
        if isinstance(known, Holds):
            made = ObjRef(machine.world.new(machine.site(node), InstRec(None, known.cls, {}, machine.site(node))))
            machine.world.put(value.oid, InstRec(record.cls, record.lib, {**record.fields, name: made}, record.site))
            return made
        if isinstance(known, Plain):
            return const(known.value)
        if isinstance(known, Kept) and record.cls is None and "**" not in record.fields:
            old = machine.knowledge.certainly(record.lib.partition(".")[0], f"<{known.since}")
            return const(known.before) if old else Sym((KEPT, value.oid, name, known.value))
        if machine.knowledge.method(record.lib, name) is not None:
            return Bound(value, name)
    rest = machine.settle(record.fields.get("**", TRUE), node)
    if isinstance(rest, ObjRef) and rest != value:  # it was made of the fields of another
        return machine.get(rest, name, node)
    return Sym(("attribute", value.oid, name))


def _set_on_instance(machine: Machine, value: ObjRef, name: str, new: Value, node: cst.CSTNode) -> None:
    record = machine.world.heap.get(value.oid)
    if isinstance(record, InstRec):
        if record.cls is not None:
            setter = find_member(machine, record.cls, f"{name}.setter")
            if isinstance(setter, Func):
                machine.call(Method(setter, value), Args([new]), node)
                return
            descriptor = find_member(machine, record.cls, name)
            put = method_of(machine, descriptor, "__set__") if descriptor is not None else None
            if put is not None:
                machine.call(put, Args([value, new]), node)
                return
        machine.world.put(value.oid, InstRec(record.cls, record.lib, {**record.fields, name: new}, record.site))


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


def _get_from_class(machine: Machine, value: Cls, name: str, node: cst.CSTNode) -> Value:
    found = find_member(machine, value, name)
    if isinstance(found, Func) and found.kind == "class":
        return Method(found, value)
    if found is not None:
        return found
    if name == "__name__":
        return Const(value.node.name.value)
    if name == SUBCLASSES:
        return Bound(value, name)
    metaclass = find_member(machine, value, METACLASS)
    found = find_member(machine, metaclass, name) if isinstance(metaclass, Cls) else None
    if found is not None:
        return bind_member(machine, found, value, node)
    base = library_base(value)
    return Lib(f"{base}.{name}") if base else machine.unknown(node, name)


def _set_on_class(machine: Machine, value: Cls, name: str, new: Value, node: cst.CSTNode) -> None:
    machine.world.bind(value.frame, name, new)


def _get_from_super(machine: Machine, value: Super, name: str, node: cst.CSTNode) -> Value:
    cls = value.after
    if isinstance(value.self, ObjRef):
        record = machine.world.heap.get(value.self.oid)
        if isinstance(record, InstRec) and record.cls is not None:
            cls = record.cls
    found = find_member(machine, cls, name, after=value.after)
    if found is not None:
        return bind_member(machine, found, value.self, node)
    return Bound(value, name)


def patched(machine: Machine, lib: str, name: str) -> Value | None:
    """What the script itself put on a library class under this name."""
    frame = machine.world.frames.get(PATCHED)
    return frame.get((canonical(lib), name)) if frame is not None else None


def _set_on_library(machine: Machine, value: Lib, name: str, new: Value, node: cst.CSTNode) -> None:
    machine.world.frame(PATCHED)[canonical(value.name), name] = new


def _get_from_library(machine: Machine, value: Lib, name: str, node: cst.CSTNode) -> Value:
    changed = patched(machine, value.name, name)
    if changed is not None:
        return changed
    if name == names.VERSION:
        return release_of(value.name)
    last = value.name.rpartition(".")[2]
    if name == "__name__" and last[:1].isupper():
        return Const(last)
    known = machine.knowledge.attribute(value.name, name)
    return const(known.value) if isinstance(known, Plain) else Lib(f"{value.name}.{name}")


def _get_from_module(machine: Machine, value: ModuleRef, name: str, node: cst.CSTNode) -> Value:
    found = machine.world.frames.get(value.module.frame, {}).get(name)
    if found is not None:
        return found
    inner = next((module for module in machine.modules if value.module.holds(module, name)), None)
    if inner is not None:
        return ModuleRef(inner)
    lazy = machine.world.frames.get(value.module.frame, {}).get("__getattr__")
    if isinstance(lazy, Func) and not name.startswith("__"):
        return machine.call(lazy, Args([Const(name)]), node)
    return machine.starred(value.module.frame, name) or Sym(("free", value.module.name, name))


def _set_on_module(machine: Machine, value: ModuleRef, name: str, new: Value, node: cst.CSTNode) -> None:
    machine.world.bind(value.module.frame, name, new)


SUBCLASSES = "__subclasses__"
METACLASS = "[metaclass]"  # in a class's namespace; no name of a script
PATCHED = ("patched", 0)  # the frame that holds what was assigned to attributes of library classes
ATTRIBUTES = (
    "attributes",
    0,
)  # the frame that holds what was assigned to attributes of unknown values, and of functions


def _get_from_text(machine: Machine, value: Text, name: str, node: cst.CSTNode) -> Value:
    found = path_attribute(value.parts, name) if value.path else None
    return found if found is not None else Bound(value, name)


def _get_from_function(machine: Machine, value: Func, name: str, node: cst.CSTNode) -> Value:
    given = machine.world.frames.get(ATTRIBUTES)
    found = given.get((_function(value), name)) if given is not None else None
    if found is not None:
        return found
    return (
        Const(value.node.name.value)
        if name == "__name__" and isinstance(value.node, cst.FunctionDef)
        else Bound(value, name)
    )


def _function(value: Func) -> tuple[object, ...]:
    """A function, whatever it is bound to."""
    return ("function", value.node, value.frame)


def _set_on_function(machine: Machine, value: Func, name: str, new: Value, node: cst.CSTNode) -> None:
    machine.world.frame(ATTRIBUTES)[_function(value), name] = new


GETTERS: Getters = {
    ObjRef: _get_from_instance,
    Cls: _get_from_class,
    Super: _get_from_super,
    Lib: _get_from_library,
    ModuleRef: _get_from_module,
    Text: _get_from_text,
    Func: _get_from_function,
}
SETTERS: Setters = {
    Func: _set_on_function,
    ObjRef: _set_on_instance,
    Cls: _set_on_class,
    ModuleRef: _set_on_module,
    Lib: _set_on_library,
}
