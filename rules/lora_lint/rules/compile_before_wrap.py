"""LL408: a compiled model is wrapped: the adapter's keys carry _orig_mod and load as nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.records import Site, Wrapper
from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """torch.compile before get_peft_model; after it, or `model.compile()` in place, is fine."""
    reported: set[Site] = set()
    for event in certain(lifecycle.of("wrapped", "loaded")):
        model = event.life.models[event.oid] if event.oid is not None else None
        if isinstance(model, Wrapper) and model.kind == "compiled" and model.site not in reported:
            reported.add(model.site)
            message = (
                "compiled before it is wrapped: the adapter is saved under keys with _orig_mod, which load as nothing; "
                "wrap first, compile second"
            )
            yield Report(model.site, message, "error", "high", (Step(event.site, "wrapped here"),), facts=event)


RULE = Rule("LL408", "compile-before-wrap", "torch.compile before the wrap: the saved adapter loads as nothing", ("wrapped", "loaded"), check)
