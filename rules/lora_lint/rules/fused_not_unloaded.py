"""LL113: a diffusers pipeline is saved with LoRA layers in it, fused or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Fused, Loaded, Unfused
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Fusing and unfusing leave the LoRA layers in the pipeline: what is saved has keys that no plain model has."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if event.facts.lora_inside]
        if bad:
            yield _report(lifecycle, site, bad, [event for event in events if event not in bad])


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Saved]], good: list[Event[Saved]]) -> Report:
    save = bad[0]
    before = [event for event in lifecycle.of(Fused, Unfused, Loaded) if event.id < save.id and _is_pipe(event)]
    before.sort(key=lambda event: event.id)
    last = before[-1] if before else None
    how = HOW[type(last.facts) if last is not None else Loaded]
    message = (
        f"{place_text(lifecycle, save)} gets weights under base_layer and lora_ keys, which load as random ones: "
        f"{how}; unload_lora_weights() before the save{on_condition(lifecycle, differing(bad, good))}"
    )
    story = (Step(last.site, f"{last.kind} here"),) if last is not None else ()
    later = any(event.id > save.id for event in lifecycle.of(Unfused))
    return Report(site, message, "error" if not good else "warning", "high", story, facts=(save, later))


HOW = {
    Fused: "fuse_lora() leaves the LoRA layers in place",
    Unfused: "unfuse_lora() leaves the LoRA layers in place",
    Loaded: "load_lora_weights() puts LoRA layers in",
}


def _is_pipe(event: Event[Fused | Unfused | Loaded]) -> bool:
    return not isinstance(event.facts, Loaded) or event.facts.onto == "pipeline"


def fix(report: Report, editor: Any) -> Any:
    """Safe: the layers are unloaded before the save; what was fused stays. Unsafe where it is unfused later."""
    from lora_lint.fixes.pipelines import unload_before

    save, unfused_later = report.facts
    return unload_before(editor, save, safe=not unfused_later)


RULE = Rule("LL113", "fused-not-unloaded", "a pipeline is saved with its LoRA layers inside", (Saved,), check, fix)
