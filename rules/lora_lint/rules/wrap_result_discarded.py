"""LL204: the PeftModel that a wrap returns is thrown away, and the base variable is trained and saved."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.records import Oid, PeftModel, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.base_model_saved import is_wrong
from lora_lint.rules.reading import certain, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A base model is saved with an adapter's layers inside, and nobody ever used the wrapper."""
    reported: set[Site] = set()
    for save in certain(lifecycle.of("saved")):
        if not is_wrong(save):
            continue
        wrapper = thrown_away(lifecycle, save)
        if wrapper is not None and wrapper.site not in reported:
            reported.add(wrapper.site)
            yield _report(lifecycle, wrapper, save)


def thrown_away(lifecycle: Lifecycle, save: Event) -> PeftModel | None:
    """The wrapper around the saved base that nobody trained, saved or gave to a trainer; None where one was used."""
    assert save.oid is not None
    life = save.life
    root = life.root(save.oid)
    wrappers = {oid: m for oid, m in life.models.items() if isinstance(m, PeftModel) and life.root(oid) == root}
    used: set[Oid] = set()
    for event in lifecycle.of("trained", "saved", "trainer", "merged", "unloaded", "around", "prepared", "handed"):
        if event.oid is not None and event.oid in event.life.models:
            used.add(event.life.unwrapped(event.oid))
    by_trainer = {e.facts.get("result") for e in lifecycle.of("wrapped") if e.facts.get("by") == "trainer"}
    unused = [model for oid, model in wrappers.items() if oid not in used and oid not in by_trainer]
    return unused[0] if unused and len(unused) == len(wrappers) else None


def _report(lifecycle: Lifecycle, wrapper: PeftModel, save: Event) -> Report:
    message = (
        "the PeftModel that this returns is thrown away: the variable that is trained and saved stays the base model, "
        "with the adapter's layers inside"
    )
    story = (Step(save.site, f"{place_text(lifecycle, save)} gets base_layer and lora_ keys, and no adapter"),)
    return Report(wrapper.site, message, "error", "high", story, facts=save)


RULE = Rule(
    "LL204",
    "wrap-result-discarded",
    "the PeftModel that a wrap returns is thrown away, the base variable is saved",
    ("saved",),
    check,
)
