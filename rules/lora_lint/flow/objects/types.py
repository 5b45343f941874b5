"""The type of a model, as the script can ask for it."""

from __future__ import annotations

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.values import Lib, ModelRef, Sym, Value
from lora_lint.knowledge import kinds
from lora_lint.knowledge.lookup import canonical, lineage
from lora_lint.lifecycle.events.script import Checked
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Config, Oid, PeftModel, Wrapper

TYPE = "type"  # what the term of a type begins with that the script does not show: its model follows


def kind_of(life: Life, oid: Oid) -> str:
    """What a test at run time tells apart: "peft", "tuner", "plain", "parallel", "sharded", "compiled" or "unknown"."""
    model = life.models[oid]
    if type(model) is Wrapper:
        return model.kind
    if type(model) is PeftModel:
        return "tuner" if model.tuner else "peft"
    return "plain" if model.known else "unknown"


def model_is_a(life: Life, oid: Oid, cls: str) -> bool | None:
    """What `isinstance(model, cls)` answers, as the table in docs/facts.md has it."""
    cls = canonical(cls)
    kind = kind_of(life, oid)
    if cls in kinds.EVERY_MODEL:
        return True
    last = cls.rpartition(".")[2]
    if kind in kinds.OF_WRAPPERS:
        return last in kinds.OF_WRAPPERS[kind]
    if last in kinds.WRAPPERS:
        return False if kind != "unknown" else None
    if kind in ("peft", "tuner"):
        return _peft_is_a(life, oid, cls)
    if kind == "unknown":
        return None
    if cls.startswith(kinds.ADAPTED):
        return False
    if last in kinds.PLAIN_BASES:
        return True
    base = life.models[oid]
    assert isinstance(base, BaseModel)
    return True if base.cls.rpartition(".")[2] == last else None


def _peft_is_a(life: Life, oid: Oid, cls: str) -> bool | None:
    peft = life.models[oid]
    assert isinstance(peft, PeftModel)
    if cls in kinds.EVERY_PEFT:
        return not peft.tuner
    if cls.startswith(kinds.ADAPTED):
        if peft.task == "CAUSAL_LM" and not peft.tuner:
            return cls == kinds.BY_TASK[peft.task]
        return None
    return False if cls.startswith(kinds.NEVER_ADAPTED) else None


def tuner_is_a(life: Life, oid: Oid, cls: str) -> bool | None:
    """What `isinstance(model.base_model, cls)` answers for a PeftModel that changes layers: the class of what is in
    there goes with the method."""
    peft = life.models[oid]
    config = life.adapters[peft.adapters[0][1]].config if isinstance(peft, PeftModel) and peft.adapters else None
    if not isinstance(peft, PeftModel) or peft.mixed or not isinstance(config, Config):
        return None
    cls = canonical(cls)
    mine = [canonical(name) for name in lineage(f"{kinds.ADAPTED}{config.cls.removesuffix('Config')}Model")]
    if cls in mine or cls in kinds.EVERY_MODEL:
        return True
    return False if mine[1:] and cls in kinds.TUNERS | kinds.NO_TUNERS else None


def class_of(machine: Machine, value: ModelRef, node: cst.CSTNode) -> Value:
    """`type(model)`: a class whose name and identity can be asked."""
    name = type_name(machine.world.life, value.oid)
    machine.emit(node, value.oid, Checked(test="type", names=[name or ""], answer=None))
    return Lib(name) if name else Sym((TYPE, value))


def typed(value: Value | None) -> Oid | None:
    """The model of which a value is the type that the script does not show."""
    model = value.term[1] if isinstance(value, Sym) and value.term[0] == TYPE and len(value.term) == 2 else None
    return model.oid if isinstance(model, ModelRef) else None


def type_name(life: Life, oid: Oid) -> str:
    """The class of a model, where the script shows it; a PeftModel's depends on its task type."""
    model = life.models[oid]
    if isinstance(model, Wrapper):
        return kinds.TYPES[model.kind]
    if isinstance(model, PeftModel):
        if model.tuner:
            return kinds.TYPES["tuner"]
        return kinds.BY_TASK.get(model.task, "") if model.task is not None else ""
    return ""
