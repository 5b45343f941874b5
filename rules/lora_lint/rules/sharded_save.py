"""LL110: save_pretrained while every process holds only a part of each parameter."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Sharded
from lora_lint.lifecycle.records import Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition, place_text

TRAINER_SAVES_PARTS = "<5.0"  # from transformers 5 on, a trainer gathers under ZeRO-3 (huggingface/transformers#41416)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A save of a PeftModel that FSDP or ZeRO-3 has parted, without a gathered state dict."""
    asked = lifecycle.runs_with("transformers", TRAINER_SAVES_PARTS)
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if _saves_parts(event, asked.sure)]
        if bad:
            yield _report(lifecycle, site, bad, [event for event in events if event not in bad], asked.sure)


def _saves_parts(event: Event[Saved], old: Sure) -> bool:
    if not event.facts.sharded or not event.facts.adapters or event.facts.given_state:
        return False
    return old is not Sure.NO or not event.facts.by_trainer


def _report(lifecycle: Lifecycle, site: object, bad: list[Event[Saved]], good: list[Event[Saved]], old: Sure) -> Report:
    save = bad[0]
    conditions = on_condition(lifecycle, differing(bad, good))
    message = (
        f"this process holds a part of every parameter only: {place_text(lifecycle, save)} gets an empty adapter, or "
        f"the save raises; gather a full state dict on all ranks and save that{conditions}"
    )
    if save.facts.by_trainer:
        message = (
            f"under ZeRO-3, and with transformers < 5, {place_text(lifecycle, save)} gets an adapter without tensors: "
            f"the trainer does not gather the parameters{conditions}"
        )
    certainly = not good and (old is Sure.YES or not save.facts.by_trainer)
    parted = [event for event in lifecycle.of(Sharded) if event.id < save.id]
    story = (Step(parted[-1].site, "the parameters are parted here"),) if parted else ()
    severity, confidence = ("error", "high") if certainly else ("warning", "medium")
    return Report(site, message, severity, confidence, story, facts=save)


RULE = Rule(
    "LL110", "sharded-save", "an adapter is saved while its parameters are sharded", (Sharded,), check, preview=True
)
