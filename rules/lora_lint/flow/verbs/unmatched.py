"""State dicts that are put into a model which has other keys for what they hold."""

from __future__ import annotations

from collections.abc import Hashable

from lora_lint.flow.machine import Machine
from lora_lint.flow.objects.containers import record_of
from lora_lint.flow.objects.weights import entries, head_of, own_keys, parameters
from lora_lint.flow.values import Const, DictRec, Param, Sym, Value, WeightsRec
from lora_lint.flow.worlds.behind import parts_behind
from lora_lint.knowledge.keys import OF_PEFT, PREFIXES
from lora_lint.knowledge.spoken_keys import answer
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Oid, Token, Wrapper

Keys = tuple[Hashable, ...]
HEADS = (OF_PEFT, *filter(None, PREFIXES.values()))  # that wrappers put before keys, and no model has itself


def is_nameless(machine: Machine, oid: Oid, value: Value) -> bool:
    """A state dict, whole or copied by hand, whose keys are those of an adapter's file. Weights that the model into
    which it is put holds at this moment are not lost where they are not put in."""
    record = record_of(machine, value)
    life = machine.world.life
    if isinstance(record, WeightsRec):
        return record.keys == "adapter" and tuple(map(life.token, life.held(oid))) != record.tokens
    return isinstance(record, DictRec) and _copied_nameless(life, record)


def nameless_in(machine: Machine, value: Value, deep: int = 3) -> tuple[Keys, ...]:
    """Where in what a script saves (`state["model"]["adapter"]`) such state dicts are."""
    record = record_of(machine, value)
    if isinstance(record, WeightsRec):
        return ((),) if record.keys == "adapter" else ()
    if not isinstance(record, DictRec):
        return ()
    if _copied_nameless(machine.world.life, record):
        return ((),)
    items = [(key.value, item) for key, item in record.items if isinstance(key, Const)] if deep else []
    return tuple((key, *rest) for key, item in items for rest in nameless_in(machine, item, deep - 1))


def _copied_nameless(life: Life, record: DictRec) -> bool:
    return bool(record.items) and all(
        isinstance(key, Const)
        and isinstance(item, Param)
        and item.adapter in life.adapters
        and not str(key.value).endswith(tuple(own_keys(life, item.model, item.adapter)))
        for key, item in record.items
    )


def astray(machine: Machine, oid: Oid, value: Value) -> tuple[Token, ...]:
    """The adapters' weights in the state dict of a model, whole or picked out by hand, put into one that has none of
    its keys: what was around the first puts its name before each."""
    record, life = record_of(machine, value), machine.world.life
    if not life.base(oid).known:
        return ()
    if isinstance(record, DictRec):
        return _picked_out(record, life, head_of(life, oid))
    if isinstance(record, WeightsRec) and record.keys != "adapter":
        own = {param.key for param in parameters(life, oid)}
        found = any(isinstance(key, Const) and key.value in own for key, _ in entries(life, record))
        return () if found else record.tokens
    return ()


def compiled(machine: Machine, oid: Oid, value: Value) -> tuple[Token, ...]:
    """What `get_peft_model_state_dict` gives of a compiled model, put into one that is not: its prefix stays in the
    keys (executed with peft 0.21.2)."""
    record, models = record_of(machine, value), machine.world.life.models
    if not isinstance(record, WeightsRec) or record.keys != "adapter":
        return ()
    taken, given = models.get(record.model), models.get(oid)
    prefixed = [isinstance(model, Wrapper) and PREFIXES[model.kind] for model in (taken, given)]
    return record.tokens if prefixed[0] and not prefixed[1] else ()


def _picked_out(record: DictRec, life: Life, head: str) -> tuple[Token, ...]:
    """The adapters' weights among tensors that are all called as in another wrapper than the one at hand."""
    strange = tuple(other for other in HEADS if not head.startswith(other))
    tokens: dict[Token, None] = {}
    for key, item in () if record.open else record.items:
        if not isinstance(key, Const) or not isinstance(item, Param) or item.adapter not in life.adapters:
            return ()
        if answer(key.value, lambda text: str(text).startswith(strange), strange) is not True:
            return ()
        tokens[life.token(item.adapter)] = None
    return tuple(tokens)


def is_unread(machine: Machine, value: Value) -> bool:
    """Is it out of a file of which this path knows no content?"""
    return isinstance(value, Sym) and "file" in parts_behind(value.term, machine.made_of, ())
