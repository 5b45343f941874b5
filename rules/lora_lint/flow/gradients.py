"""Gradients that no optimizer takes a step with: such a script measures or attributes something, and trains nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.flow.modules import Module, Site
from lora_lint.lifecycle.events.training import OptimizerMade, Stepped, Trained
from lora_lint.lifecycle.mentioned import Mentioned
from lora_lint.lifecycle.trace import AnyEvent

STEP = ".step"


def leave_out_measurements(events: list[AnyEvent]) -> None:
    """Takes the backward passes out of a run that makes no optimizer, where no module that they run through says that
    anything steps."""
    if any(isinstance(event.facts, (OptimizerMade, Stepped)) for event in events):
        return
    known: dict[Module, bool] = {}
    events[:] = [event for event in events if not isinstance(event.facts, Trained) or _steps(event, event.facts, known)]


def _steps(event: AnyEvent, training: Trained, known: dict[Module, bool]) -> bool:
    if training.how != "backward" or training.steps:
        return True
    for module in _through(event):
        if module not in known:
            known[module] = STEP in module.text and Mentioned([module.text]).calls(STEP)
        if known[module]:
            return True
    return False


def _through(event: AnyEvent) -> Iterator[Module]:
    """The modules of the calls that lead to an event, and its own."""
    return (site.module for site in (event.site, *(call.site for call in event.path)) if isinstance(site, Site))
