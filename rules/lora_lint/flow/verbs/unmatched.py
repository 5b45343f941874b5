"""State dicts that are put into a model which has other keys for what they hold."""

from __future__ import annotations

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.weights import entries, own_keys, parameters
from lora_lint.flow.values import Const, DictRec, Param, Sym, Value, WeightsRec
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.lifecycle.records import Oid, Sure, Token


def is_nameless(machine: Machine, value: Value) -> bool:
    """A state dict, whole or copied by hand, whose keys are those of an adapter's file. Weights that the adapter holds
    at this moment are not lost where they are not put in."""
    record = record_of(machine, value)
    life = machine.world.life
    if isinstance(record, WeightsRec):
        return record.keys == "adapter" and tuple(map(life.token, life.held(record.model))) != record.tokens
    if not isinstance(record, DictRec):
        return False
    return bool(record.items) and all(
        isinstance(key, Const)
        and isinstance(item, Param)
        and item.adapter in life.adapters
        and not str(key.value).endswith(tuple(own_keys(life, item.model, item.adapter)))
        for key, item in record.items
    )


def astray(machine: Machine, oid: Oid, value: Value) -> tuple[Token, ...]:
    """The trained weights in the state dict of a model, put into one that has none of its keys: what was around the
    first puts its name before each."""
    record, life = record_of(machine, value), machine.world.life
    if not isinstance(record, WeightsRec) or record.keys == "adapter" or not life.base(oid).known:
        return ()
    own = {param.key for param in parameters(life, oid)}
    if any(isinstance(key, Const) and key.value in own for key, _ in entries(life, record)):
        return ()
    return tuple(token for token in record.tokens if life.content(token).trained is Sure.YES)


def is_unread(machine: Machine, value: Value) -> bool:
    """Is it out of a file of which this path knows no content?"""
    return isinstance(value, Sym) and "file" in parts_behind(value.term, machine.made_of, ())
