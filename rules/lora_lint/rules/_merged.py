"""Shared by rules on merged models that are used as if they were not."""

from __future__ import annotations

from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import AnyEvent, Lifecycle
from lora_lint.rules.questions import certain, same_model


def is_merged(event: AnyEvent) -> bool:
    assert event.oid is not None
    base = event.life.base(event.oid)
    at = base.merged or base.stripped
    return bool(at) and not base.layers and base.trainable is Sure.NO and base.known


def trained_merged(lifecycle: Lifecycle, event: AnyEvent) -> bool:
    """The merged model at hand was trained before: that is the defect, and what follows from it is no other one."""
    assert event.oid is not None
    merged_at = event.life.base(event.oid).merged_at
    return merged_at is not None and any(
        is_merged(e) and e.life.base(e.oid).merged_at == merged_at
        for e in certain(lifecycle.of(Trained))
        if e.oid is not None and e.id < event.id and same_model(e, event)
    )
