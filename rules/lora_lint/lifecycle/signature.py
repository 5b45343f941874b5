"""What keeps many lives apart at a glance, so that not each has to be held against each: see `match`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import Adapter, BaseModel, Model, PeftModel


def signatures(lives: Sequence[Life], *, lenient: bool) -> list[Hashable]:
    """One for each life. Two lives that `Match` finds in one state have the same one."""
    models = _differing([life.models for life in lives])
    adapters = _differing([life.adapters for life in lives])
    return [
        (
            tuple([_of_model(life.models[oid], lenient) for oid in models]),
            tuple([_of_adapter(life.adapters[oid], lenient) for oid in adapters]),
        )
        for life in lives
    ]


def _differing(tables: Sequence[Mapping[Any, object]]) -> list[Any]:
    """What all tables hold, and not the same record of it."""
    first, *others = _once(tables)
    found: list[Any] = []
    for key, record in first.items():
        records = [other.get(key) for other in others]
        if None not in records and any(other is not record for other in records):
            found.append(key)
    return found


def _once(tables: Iterable[Mapping[Any, object]]) -> list[Mapping[Any, object]]:
    return list({id(table): table for table in tables}.values())


def _of_model(model: Model, lenient: bool) -> Hashable:
    if isinstance(model, BaseModel):
        held = len(model.layers), len(model.merged), len(model.stripped)
        state = (model.known, model.integration, model.active, model.disabled is None, model.resized_at is None)
        if lenient or not any(held):
            return held, state
        trained = (model.trainable, model.trained_at is None, model.used)
        return held, state, trained, model.quantized, model.traits
    if isinstance(model, PeftModel):
        names = tuple([name for name, _ in model.adapters])
        return names, model.active, model.known, model.tuner, model.task, model.disabled is None, model.folded is None
    return model.kind


def _of_adapter(adapter: Adapter, lenient: bool) -> Hashable:
    frozen = None if lenient else adapter.frozen and adapter.frozen.cause
    return adapter.name, adapter.origin, frozen
