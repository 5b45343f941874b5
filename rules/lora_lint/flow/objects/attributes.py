"""Attributes: what an instance, a class, a library, a module, a text or a function has under a name, and is given."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Getters, Machine, Setters
from lora_lint.flow.objects.instances import (
    ATTRIBUTES,
    METACLASS,
    PATCHED,
    SUBCLASSES,
    bind_member,
    find_member,
    library_base,
    method_of,
    patched,
)
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
    Method,
    ModuleRef,
    ObjRef,
    Super,
    Sym,
    Text,
    Value,
    const,
)
from lora_lint.flow.worlds.choices import KEPT
from lora_lint.knowledge import kinds, names
from lora_lint.knowledge.lookup import canonical
from lora_lint.knowledge.rows import Holds, Kept, Plain

WRAPPED_BY = frozenset(kinds.INNER.values())


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
    if record.cls is not None and name in WRAPPED_BY and machine.knowledge.is_a(record.lib, names.MODULE):
        return value  # `DataParallel(net).module`: what is put around a module of the script's own is taken for it
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
