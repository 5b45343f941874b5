"""Tests of type and attribute: what they answer for the kind of model at hand, and what they prove."""

from __future__ import annotations

from lora_lint.flow.calls.library import LibCall, Verb
from lora_lint.flow.members import member_in
from lora_lint.flow.models import has_attribute
from lora_lint.flow.objects.instances import class_name, find_member, library_base
from lora_lint.flow.objects.lineage import lineage
from lora_lint.flow.objects.openings import replace_part
from lora_lint.flow.objects.types import class_of, model_is_a, tuner_is_a, typed
from lora_lint.flow.releases import release_of
from lora_lint.flow.values import (
    FALSE,
    TRUE,
    Bound,
    Cls,
    Const,
    Func,
    InstRec,
    Lib,
    ListRec,
    Method,
    ModelRef,
    ModuleRef,
    ObjRef,
    Sym,
    Text,
    Tup,
    Value,
    const,
)
from lora_lint.flow.verbs.python.dynamic import method_named, named
from lora_lint.flow.view import view_of
from lora_lint.flow.worlds.terms import make
from lora_lint.knowledge import kinds
from lora_lint.knowledge import names as names_of
from lora_lint.knowledge.lookup import canonical
from lora_lint.lifecycle.events.script import Checked


def _class_names(call: LibCall, value: Value | None) -> list[Value]:
    if isinstance(value, Tup):
        return [inner for item in value.items for inner in _class_names(call, call.machine.settle(item, call.node))]
    return [value] if value is not None else []


def _isinstance(call: LibCall) -> Value:
    subject, wanted = call.arg("object"), _class_names(call, call.arg("classinfo"))
    if subject is None or not wanted:
        return call.unknown()
    answers = [is_one(call, subject, cls) for cls in wanted]
    if isinstance(subject, ModelRef):
        answer = True if True in answers else None if None in answers else False
        names = [canonical(cls.name) for cls in wanted if isinstance(cls, Lib)]
        call.machine.emit(
            call.node,
            subject.oid,
            Checked(
                test="isinstance", names=names, answer=answer, view=view_of(call.machine) if answer is False else None
            ),
        )
    if True in answers:
        return TRUE
    if None in answers:
        subject_term = subject.term if isinstance(subject, Sym) else ("value", subject)
        names_term = tuple(cls.name if isinstance(cls, Lib) else cls for cls in wanted)
        return Sym(make(call.machine.site(call.node), "isinstance", subject_term, names_term))
    return FALSE


def _is_kind(call: LibCall) -> Value:
    """`is_peft_model(model)`: is the model inside of its wrappers an instance of one class?"""
    subject = call.arg("model")
    if not isinstance(subject, ModelRef):
        return call.unknown()
    life = call.machine.world.life
    answer = model_is_a(life, life.unwrapped(subject.oid), call.option("cls"))
    return call.unknown() if answer is None else TRUE if answer else FALSE


def is_one(call: LibCall, subject: Value, cls: Value) -> bool | None:
    machine = call.machine
    if isinstance(subject, ModelRef):
        if isinstance(cls, Lib) and cls.name.startswith("builtins.") and cls.name != "builtins.object":
            return False
        return model_is_a(machine.world.life, subject.oid, cls.name) if isinstance(cls, Lib) else None
    if isinstance(subject, Bound) and isinstance(subject.receiver, ModelRef) and subject.name == "base_model":
        return tuner_is_a(machine.world.life, subject.receiver.oid, cls.name) if isinstance(cls, Lib) else None
    if isinstance(subject, ObjRef):
        record = machine.world.heap.get(subject.oid)
        if isinstance(record, InstRec):
            return _instance_is_a(call, record, cls)
        name = "builtins.list" if isinstance(record, ListRec) else "builtins.dict"
        return isinstance(cls, Lib) and cls.name == name
    member = member_in(subject)
    if member is not None and isinstance(cls, Cls):
        return any(base.node is cls.node for base in lineage(member.cls))
    if isinstance(subject, (Const, Text)):
        return isinstance(cls, Lib) and _builtin_is_a(class_name(machine, subject), cls.name)
    if isinstance(subject, Tup):
        return isinstance(cls, Lib) and cls.name == "builtins.tuple"
    return None


def _instance_is_a(call: LibCall, record: InstRec, cls: Value) -> bool | None:
    if isinstance(cls, Cls):
        return record.cls is not None and any(base.node is cls.node for base in lineage(record.cls))
    if isinstance(cls, Lib):
        if canonical(cls.name) == canonical(record.lib):
            return True
        answer = call.machine.knowledge.is_a(record.lib, cls.name) if record.lib else False
        return None if answer is False and record.lib in names_of.BASES_OF_CONFIGS else answer
    return None


def _builtin_is_a(mine: str, wanted: str) -> bool:
    return (
        mine == wanted
        or (mine == "builtins.bool" and wanted == "builtins.int")
        or (mine == names_of.PATH and wanted in names_of.PATHS)
    )


def _has(call: LibCall, subject: Value, name: str) -> bool | None:
    machine = call.machine
    if isinstance(subject, ModelRef):
        return has_attribute(machine.world.life, subject.oid, name)
    if isinstance(subject, ObjRef):
        record = machine.world.heap.get(subject.oid)
        if isinstance(record, InstRec):
            if name in record.fields:
                return True
            if record.cls is not None and find_member(machine, record.cls, name) is not None:
                return True
            tables = machine.knowledge
            if record.lib and (tables.method(record.lib, name) or tables.attribute(record.lib, name)):
                return True
            if record.cls is not None and record.lib == names_of.MODULE and name not in kinds.OF_MODULES:
                return None if find_member(machine, record.cls, "__getattr__") is not None else False
            return None if record.lib or (record.cls is not None and library_base(record.cls)) else False
    if isinstance(subject, Const):
        return hasattr(subject.value, name)
    if isinstance(subject, Bound) and isinstance(subject.receiver, ModelRef) and subject.name == "base_model":
        return True if name in kinds.THROUGH_BASE_MODEL else None
    return None


def _hasattr(call: LibCall) -> Value:
    subject, name = call.arg("object"), call.plain("name")
    if subject is None or not isinstance(name, str):
        return call.unknown()
    answer = _has(call, subject, name)
    if isinstance(subject, ModelRef):
        call.machine.emit(call.node, subject.oid, Checked(test="hasattr", names=[name], answer=answer))
    if answer is not None:
        return const(answer)
    if isinstance(subject, Lib):
        return release_of(subject.name, "hasattr", subject.name, name)
    term = subject.term if isinstance(subject, Sym) else ("value", subject)
    return Sym(make(call.machine.site(call.node), "hasattr", term, name))


def _getattr(call: LibCall) -> Value:
    subject, name = call.arg("object"), call.plain("name")
    if subject is None:
        return call.unknown()
    if not isinstance(name, str):
        computed = call.arg("name")
        if isinstance(subject, ModuleRef) and isinstance(computed, Sym):
            return named(call.machine, subject, computed) or call.unknown()
        if isinstance(subject, ObjRef) and computed is not None:
            found = method_named(call.machine, subject, computed, call.arg("default"), call.node)
            return found or call.unknown(models=frozenset())
        return call.unknown(models=frozenset())
    default = call.arg("default")
    if default is not None:
        answer = _has(call, subject, name)
        if isinstance(subject, ModelRef):
            call.machine.emit(call.node, subject.oid, Checked(test="getattr", names=[name], answer=answer))
        if answer is False:
            return default
        if answer is None and not isinstance(subject, Sym):
            there = call.machine.get(subject, name, call.node)
            return there if isinstance(there, (ModelRef, ObjRef, Bound, Method, Func)) else call.unknown(name)
    return call.machine.get(subject, name, call.node)


def _setattr(call: LibCall) -> Value:
    subject, name, value = call.arg("object"), call.plain("name"), call.arg("value")
    if subject is not None and value is not None and isinstance(name, str):
        call.machine.set(subject, name, value, call.node)
    elif subject is not None and value is not None:
        replace_part(call.machine, subject, value, call.node)
    return const(None)


def _type(call: LibCall) -> Value:
    subject = call.arg("object")
    machine = call.machine
    if isinstance(subject, ModelRef):
        return class_of(machine, subject, call.node)
    if isinstance(subject, ObjRef):
        record = machine.world.heap.get(subject.oid)
        if isinstance(record, InstRec):
            return record.cls if record.cls is not None else Lib(record.lib)
    name = class_name(machine, subject) if subject is not None else ""
    return Lib(name) if name else call.unknown()


def _issubclass(call: LibCall) -> Value:
    """`issubclass(type(model), PeftModel)`: what `isinstance` of the model answers."""
    subject, wanted = call.arg("cls"), _class_names(call, call.arg("classinfo"))
    oid = typed(subject)
    if oid is None and isinstance(subject, Lib):
        known = [isinstance(cls, Lib) and call.machine.knowledge.is_a(subject.name, cls.name) for cls in wanted]
        return TRUE if True in known else call.unknown(subject)
    answers = [is_one(call, ModelRef(oid), cls) if oid is not None else None for cls in wanted]
    if True in answers:
        return TRUE
    return FALSE if answers and None not in answers else call.unknown(subject)


def _callable(call: LibCall) -> Value:
    value = call.arg("object")
    if isinstance(value, (Func, Method, Lib, Cls, Bound, ModelRef)):
        return TRUE
    return FALSE if isinstance(value, Const) else call.unknown()


VERBS: dict[str, Verb] = {
    "isinstance": _isinstance,
    "is_kind": _is_kind,
    "hasattr": _hasattr,
    "getattr": _getattr,
    "setattr": _setattr,
    "type": _type,
    "issubclass": _issubclass,
    "callable": _callable,
}
