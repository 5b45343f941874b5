"""The configs that a PeftModel keeps, by the names of its adapters; that of the active one; what method it is of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import new_dict
from lora_lint.flow.values import Const, InstRec, ObjRef, Sym, Value, const
from lora_lint.knowledge import kinds, names
from lora_lint.knowledge.rows import Plain
from lora_lint.lifecycle.records import Adapter, Config, Oid


def configs_of(machine: Machine, oid: Oid, node: cst.CSTNode) -> Value:
    """`model.peft_config`: the configs by adapter name."""
    life = machine.world.life
    items: list[tuple[Value, Value]] = []
    is_open = False
    for adapter in life.held(oid):
        record = life.adapters[adapter]
        if not isinstance(record.name, (str, tuple)):
            is_open = True
            continue
        key = Const(record.name) if isinstance(record.name, str) else Sym(record.name)
        items.append((key, _instance(machine, record, node)))
    return new_dict(machine, node, items, open=is_open)


def _active(machine: Machine, oid: Oid, node: cst.CSTNode) -> Value:
    """`model.active_peft_config`."""
    life = machine.world.life
    active = [life.adapters[adapter] for adapter in life.active(oid)]
    known = len(active) == 1 and (active[0].beside or isinstance(active[0].config, Config))
    return _instance(machine, active[0], node) if known else Sym(("attribute", oid, "active_peft_config"))


def _method(machine: Machine, oid: Oid, node: cst.CSTNode) -> Value:
    """`model.peft_type`: that of the config with which it was made."""
    peft = machine.world.life.peft(oid)
    config = machine.world.life.adapters[peft.adapters[0][1]].config if peft and peft.adapters else None
    known = machine.knowledge.attribute(_class_of(config), "peft_type") if isinstance(config, Config) else None
    return const(known.value) if isinstance(known, Plain) else Sym(("attribute", oid, "peft_type"))


def _instance(machine: Machine, adapter: Adapter, node: cst.CSTNode) -> ObjRef:
    """A config, of which no more is known than its class: the script may have set anything in it since."""
    config, site = adapter.config, machine.site(node)
    unknown = f"{names.ADAPTER_CONFIGS}{kinds.ANY_PROMPT}" if adapter.beside else names.ADAPTER_CONFIG
    lib = _class_of(config) if isinstance(config, Config) else unknown
    return ObjRef(machine.world.new(site, InstRec(None, lib, {"**": machine.unknown(node)}, site)))


def _class_of(config: Config) -> str:
    return f"{names.ADAPTER_CONFIGS}{config.cls}"


CONFIGS: Mapping[str, Callable[[Machine, Oid, cst.CSTNode], Value]] = {
    "peft_config": configs_of,
    "active_peft_config": _active,
    "peft_type": _method,
}
