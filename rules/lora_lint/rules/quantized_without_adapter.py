"""LL207: a trainer is given a model with quantized weights, and no adapter."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.script import Handed
from lora_lint.lifecycle.events.training import TrainerMade
from lora_lint.lifecycle.records import Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, same_model

REFUSES = ">=4.34"  # from this transformers on the constructor raises; before it trained nothing
BITS = {"4bit": "4-bit", "8bit": "8-bit"}


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """On every path the model came from a load of quantized weights, and nothing that may put an adapter on it has seen
    it since."""
    for site, events in by_site(certain(lifecycle.of(TrainerMade))).items():
        if all(event.facts.refuses and not _was_handed(lifecycle, event) for event in events):
            if _is_old(lifecycle) or lifecycle.mentioned.calls(".dequantize"):  # asked last: it reads the modules again
                return
            yield _report(site, events[0])


def _is_old(lifecycle: Lifecycle) -> bool:
    return lifecycle.runs_with("transformers", REFUSES).sure is Sure.NO


def _was_handed(lifecycle: Lifecycle, event: Event[TrainerMade]) -> bool:
    return any(given.id < event.id and same_model(given, event) for given in lifecycle.of(Handed))


def _report(site: Site, event: Event[TrainerMade]) -> Report:
    assert event.oid is not None
    base = event.life.base(event.oid)
    message = (
        f"this model has {BITS.get(base.quantized, base.quantized)} weights and no adapter, which a trainer refuses "
        "(ValueError): put one on it with get_peft_model"
    )
    return Report(site, message, "error", "high", (Step(base.site, "the base model is loaded here, quantized"),))


RULE = Rule(
    "LL207", "quantized-without-adapter", "a trainer is given quantized weights and no adapter", (TrainerMade,), check
)
