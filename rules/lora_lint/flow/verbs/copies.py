"""What a filter by key has left of a model's tensors: nothing of its adapters, or nothing of the modules that one
trains whole (`modules_to_save`)."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.weights import base_keys, own_keys
from lora_lint.flow.values import Const, DictRec, Param, Value
from lora_lint.knowledge.keys import COPIES, is_layer, module_of
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Config, Oid

DEEPEST = 2  # dicts in dicts


def copies_left_out(machine: Machine, value: Value) -> tuple[str, ...]:
    """The modules, by name, of which a dict holds nothing, while it holds tensors of the adapter's layers. () where
    something in it is not known, or where the model may not have them: PEFT passes such names over."""
    params = list(_picked_out(machine, value))
    if not params or None in params:
        return ()
    life = machine.world.life
    there = {(param.model, param.adapter): param for param in params if param is not None and param.adapter is not None}
    whole = {param.adapter for param in params if param is not None and not is_layer(param.key)}
    left = [_copies(life, *owner) for owner in there if owner[1] not in whole]
    return left[0] if len(left) == len(there) and left else ()


def adapters_left_out(machine: Machine, value: Value) -> tuple[Oid, ...]:
    """The adapters of a model of which a dict holds nothing, while it holds weights of the model itself:
    `{k: v for k, v in model.state_dict().items() if "lora_" not in k}`. () where something in it is not known."""
    params = [param for param in _picked_out(machine, value) if param is None or param.detached]
    if None in params or any(param.adapter is not None for param in params if param is not None):
        return ()
    models = dict.fromkeys(param.model for param in params if param is not None)
    life = machine.world.life
    return tuple(dict.fromkeys(adapter for model in models for adapter in life.held(model)))


def _picked_out(machine: Machine, value: Value, deep: int = DEEPEST) -> Iterator[Param | None]:
    """The tensors in a dict and in those in it; None for what else may hold some."""
    record = record_of(machine, value)
    if isinstance(value, (Param, Const)):
        yield from [value] if isinstance(value, Param) else ()
    elif isinstance(record, DictRec) and not record.open and deep:
        for _, item in record.items:
            yield from _picked_out(machine, item, deep - 1)
    else:
        yield None


def _copies(life: Life, model: Oid, adapter: Oid | None) -> tuple[str, ...]:
    """The modules of a model that an adapter surely has copies of."""
    config = life.adapters[adapter].config if adapter in life.adapters else None
    if adapter is None or not isinstance(config, Config) or config.open or not life.base(model).known:
        return ()
    mine = {key.partition(f".{COPIES}")[0].rpartition(".")[2] for key in own_keys(life, model, adapter)}
    return tuple(dict.fromkeys(name for key in base_keys(life, model) if (name := module_of(key)) in mine))
