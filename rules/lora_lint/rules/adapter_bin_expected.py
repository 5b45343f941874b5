"""LL501: code that looks for adapter_model.bin, which is not what PEFT writes."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.reading import by_site, certain

OLD, NEW = "adapter_model.bin", "adapter_model.safetensors"


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A read of or a test for the old file, in a script that never asks for the new one and never writes the old one."""
    expected = list(lifecycle.of("expected"))
    if any(event.facts["name"] == NEW for event in expected) or lifecycle.names(NEW):
        return
    for site, events in by_site(certain(expected)).items():
        mine = [event for event in events if event.facts["name"] == OLD]
        if mine and len(mine) == len(events) and not any(_written(lifecycle, event) for event in mine):
            yield _report(site, mine[0])


def _written(lifecycle: Lifecycle, event: Event) -> bool:
    """The script writes the old file itself, or only looks for it to remove it."""
    for save in lifecycle.of("saved"):
        if any(OLD in files.names for files in save.facts["files"]):
            return True
    return lifecycle.has("weights_named") or any(removed.facts["name"] == OLD for removed in lifecycle.of("removed"))


def _report(site: object, event: Event) -> Report:
    how = "FileNotFoundError" if event.facts["how"] == "read" else "never there"
    message = f"PEFT writes {NEW} (since 0.6), not {OLD}: {how}"
    return Report(site, message, "error" if event.facts["how"] == "read" else "warning", "high", facts=event)


RULE = Rule("LL501", "adapter-bin-expected", "adapter_model.bin is expected where PEFT writes adapter_model.safetensors", ("expected",), check)
