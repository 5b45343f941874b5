"""LL113: a diffusers pipeline is saved after fuse_lora(), with the LoRA layers still in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.trace import Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import by_site, certain, differing, on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """fuse_lora() folds the weights in and leaves the layers: what is saved has keys that no plain model has."""
    for site, events in by_site(certain(lifecycle.of("saved"))).items():
        bad = [event for event in events if event.facts.get("fused")]
        if bad:
            good = [event for event in events if event not in bad]
            save = bad[0]
            conditions = on_condition(lifecycle, differing(bad, good))
            message = (
                f"{place_text(lifecycle, save)} gets weights under base_layer and lora_ keys, which load as random "
                f"ones: fuse_lora() leaves the LoRA layers in place; unload_lora_weights() before the save{conditions}"
            )
            fused = [event for event in lifecycle.of("fused") if event.id < save.id]
            story = (Step(fused[-1].site, "fused here"),) if fused else ()
            later = any(event.id > save.id for event in lifecycle.of("unfused"))
            yield Report(site, message, "error" if not good else "warning", "high", story, facts=(save, later))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the layers are unloaded before the save; what was fused stays. Unsafe where it is unfused later."""
    from lora_lint.fixes.pipelines import unload_before

    save, unfused_later = report.facts
    return unload_before(editor, save, safe=not unfused_later)


RULE = Rule(
    "LL113",
    "fused-not-unloaded",
    "a pipeline is saved after fuse_lora() with its LoRA layers inside",
    ("fused",),
    check,
    fix,
)
