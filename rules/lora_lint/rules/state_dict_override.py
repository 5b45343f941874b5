"""LL107: what is given as the state dict of a save holds no key that PEFT looks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import by_site, certain, place_text

UNTIL = "0.20"  # from this peft on, keys without the adapter's name are kept (huggingface/peft#3282)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A `state_dict=` argument with other keys, and the old override of `model.state_dict`."""
    for site, events in by_site(certain(lifecycle.of("saved"))).items():
        empty = [e for e in events if e.facts["state"] == "empty" and not e.facts["emptied"]]
        filtered = [e for e in events if e.facts["state"] == "filtered" and not e.facts["emptied"]]
        if empty and len(empty) == len(events):
            message = (
                f"none of the keys in this state_dict is one that PEFT looks for: "
                f"{place_text(lifecycle, empty[0])} gets an adapter file without tensors"
            )
            yield Report(site, message, "error", "high", facts=("argument", empty[0]))
        elif filtered and lifecycle.older("peft", UNTIL):
            yield Report(
                site,
                _bound(lifecycle, "this state_dict was filtered for the adapter already"),
                "warning",
                "medium",
                facts=("argument", filtered[0]),
            )
    yield from _overrides(lifecycle)


def _bound(lifecycle: Lifecycle, what: str) -> str:
    return (
        f"{what}: save_pretrained filters again, and with peft < {UNTIL} nothing is left "
        f"(from {UNTIL} on it is needless)"
    )


def _overrides(lifecycle: Lifecycle) -> Iterator[Report]:
    if not lifecycle.older("peft", UNTIL):
        return
    reported: set[Site] = set()
    for event in certain(lifecycle.of("overridden")):
        if event.facts["gives"] != "adapter" or event.site in reported:
            continue
        save = _save_after(lifecycle, event)
        if save is not None:
            reported.add(event.site)
            story = (Step(save.site, "saved here, with the override in place"),)
            yield Report(
                event.site,
                _bound(lifecycle, "model.state_dict is replaced by a filter for the adapter"),
                "warning",
                "medium",
                story,
                facts=("override", event),
            )


def _save_after(lifecycle: Lifecycle, event: Event) -> Event | None:
    """A save of the model while its state_dict is replaced."""
    for save in certain(lifecycle.of("saved")):
        if save.id > event.id and save.facts.get("overridden") and save.facts["adapters"]:
            return save
    return None


def fix(report: Report, editor: Any) -> Any:
    """Safe: the argument goes; save_pretrained picks the adapter's tensors by itself."""
    from lora_lint.fixes.arguments import remove_keyword

    what, event = report.facts
    if what != "argument":
        return None
    return remove_keyword(
        editor, event.site, "state_dict", "drop state_dict: save_pretrained filters by itself", safe=True
    )


RULE = Rule(
    "LL107",
    "state-dict-override",
    "a state dict without the keys that PEFT looks for is given to a save",
    ("saved", "overridden"),
    check,
    fix,
)
