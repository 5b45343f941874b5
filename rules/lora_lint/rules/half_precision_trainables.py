"""LL410: the weights that train are in float16."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, differing
from lora_lint.rules.wording import name_in, on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Trainable weights of an adapter in float16: the scaler raises, or without one they turn to NaN."""
    if lifecycle.notes or lifecycle.blurred:
        return  # on a path that was left out a setting may ask for another format
    reported: set[Site] = set()
    trainings = list(certain(lifecycle.of(Trained)))
    for event in trainings:
        for adapter in event.facts.half:
            made = event.life.adapters[adapter].site
            if made in reported:
                continue
            reported.add(made)
            assert event.oid is not None
            half = [e for e in trainings if e.site == event.site and e.facts.half]
            others = [e for e in trainings if e.site == event.site and e.facts.adapters and not e.facts.half]
            conditions = on_condition(lifecycle, differing(half, others))
            message = (
                f"trainable weights of adapter {name_in(event, adapter)} are in float16{conditions}: with a gradient "
                "scaler the training raises (attempting to unscale FP16 gradients), without one they turn to NaN"
            )
            story = (Step(event.life.base(event.oid).site, "the model is in float16"), Step(event.site, "trained here"))
            yield Report(made, message, "warning", "medium", story, facts=(event, adapter))


RULE = Rule(
    "LL410", "half-precision-trainables", "the weights that are trained are in float16", (Trained,), check, preview=True
)
