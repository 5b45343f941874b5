"""LL107: what is given as the state dict of a save holds no key that PEFT looks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Overridden
from lora_lint.lifecycle.records import Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain
from lora_lint.rules.wording import place_text

# from peft 0.20 on, keys without the adapter's name are kept (huggingface/peft#3282); before 0.3 no key has one
FILTERS_TWICE = ">=0.3,<0.20"


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A `state_dict=` argument with other keys, and the old override of `model.state_dict`."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        empty = [e for e in events if e.facts.state == "empty" and not e.facts.emptied]
        if empty and len(empty) == len(events):
            message = (
                f"none of the keys in this state_dict is one that PEFT looks for: {place_text(lifecycle, empty[0])} "
                "gets an adapter file without tensors"
            )
            yield Report(site, message, "error", "high", facts=("argument", empty[0]))
    asked = lifecycle.runs_with("peft", FILTERS_TWICE)
    if not (asked.pinned or asked.unreleased or asked.sure is Sure.NO):  # where such a release is pinned, LL503 speaks
        severity, confidence = ("error", "high") if asked.sure is Sure.YES else ("warning", "medium")
        yield from (report._replace(severity=severity, confidence=confidence) for report in filtered_twice(lifecycle))


def filtered_twice(lifecycle: Lifecycle) -> Iterator[Report]:
    """Saves of a state dict that was filtered for the adapter already: with peft 0.3 to 0.19 nothing is left of it."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        filtered = [e for e in events if e.facts.state == "filtered" and not e.facts.emptied]
        filtered = [e for e in filtered if not lifecycle.guarded(e, "peft")]
        if filtered:
            message = _bound("this state_dict was filtered for the adapter already")
            yield Report(site, message, facts=("argument", filtered[0]))
    reported: set[Site] = set()
    for event in certain(lifecycle.of(Overridden)):
        save = _save_after(lifecycle, event) if event.facts.gives == "adapter" else None
        if save is not None and event.site not in reported and not lifecycle.guarded(event, "peft"):
            reported.add(event.site)
            message = _bound("model.state_dict is replaced by a filter for the adapter")
            story = (Step(save.site, "saved here, with the override in place"),)
            yield Report(event.site, message, story=story, facts=("override", event))


def _bound(what: str) -> str:
    return f"{what}: save_pretrained filters again, and with peft < 0.20 nothing is left (from 0.20 on it is needless)"


def _save_after(lifecycle: Lifecycle, event: Event[Overridden]) -> Event[Saved] | None:
    """A save of the model while its state_dict is replaced."""
    for save in certain(lifecycle.of(Saved)):
        if save.id > event.id and save.facts.overridden and save.facts.adapters:
            return save
    return None


def fix(report: Report, editor: Any) -> Any:
    """Safe: the argument goes, or the assignment; save_pretrained picks the adapter's tensors by itself."""
    from lora_lint.fixes.arguments import remove_keyword
    from lora_lint.fixes.statements import remove_assignment

    what, event = report.facts
    if what == "override":
        return remove_assignment(editor, event, "leave model.state_dict as it is: save_pretrained filters by itself")
    return remove_keyword(
        editor, event.site, "state_dict", "drop state_dict: save_pretrained filters by itself", safe=True
    )


RULE = Rule(
    "LL107",
    "state-dict-override",
    "a state dict without the keys that PEFT looks for is given to a save",
    (Saved, Overridden),
    check,
    fix,
)
