"""LL405: reentrant gradient checkpointing of a model whose inputs carry no gradient."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Input gradients are switched off, and the checkpointing in use is reentrant: no gradient reaches the adapter."""
    reported: set[Site] = set()
    off = [event for event in certain(lifecycle.of("input_grads")) if event.facts["on"] is False]
    for training in certain(lifecycle.of("trained")):
        if training.facts["reentrant"] is not True or training.facts["input_grads"] is not False:
            continue
        event = _last_of_model(off, training)
        if event is not None and event.site not in reported:
            reported.add(event.site)
            message = (
                "input gradients are switched off while reentrant gradient checkpointing is on: no gradient "
                "reaches the adapter (RuntimeError in backward)"
            )
            yield Report(event.site, message, "error", "high", (Step(training.site, "trained here"),), facts=event)


def _last_of_model(events: list[Event], training: Event) -> Event | None:
    """The last of the events before a training that are about the model which is trained."""
    if training.oid is None:
        return None
    root = training.life.root(training.oid)
    mine = [e for e in events if e.id < training.id and e.oid is not None and e.life.root(e.oid) == root]
    return mine[-1] if mine else None


RULE = Rule(
    "LL405",
    "checkpointing-without-input-grads",
    "reentrant gradient checkpointing without input gradients",
    ("input_grads",),
    check,
)
