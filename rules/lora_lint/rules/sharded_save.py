"""LL110: save_pretrained while every process holds only a part of each parameter."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import by_site, certain, differing, on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A save of a PeftModel that FSDP has sharded, without a gathered state dict."""
    for site, events in by_site(certain(lifecycle.of("saved"))).items():
        bad = [e for e in events if e.facts.get("sharded") and e.facts["adapters"] and not e.facts.get("given_state")]
        if bad:
            good = [event for event in events if event not in bad]
            save = bad[0]
            conditions = on_condition(lifecycle, differing(bad, good))
            message = (
                f"this process holds a part of every parameter only: {place_text(lifecycle, save)} gets an empty "
                f"adapter, or the save raises; gather a full state dict on all ranks and save that{conditions}"
            )
            sharded = [event for event in lifecycle.of("sharded") if event.id < save.id]
            story = (Step(sharded[-1].site, "the parameters are sharded here"),) if sharded else ()
            yield Report(site, message, "error" if not good else "warning", "high", story, facts=save)


RULE = Rule(
    "LL110", "sharded-save", "an adapter is saved while its parameters are sharded", ("sharded",), check, preview=True
)
