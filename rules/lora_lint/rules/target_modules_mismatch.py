"""LL412: target_modules that the model's family does not have."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.models import Added, Wrapped
from lora_lint.lifecycle.records import Config, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, differing
from lora_lint.rules.wording import on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """No name matches: the wrap raises. Where only some match, PEFT adapts those in silence."""
    configured: dict[Site, list[Event[Wrapped | Added]]] = {}
    for event in certain(lifecycle.of(Wrapped, Added)):
        config = event.facts.config
        if isinstance(config, Config):
            configured.setdefault(config.site, []).append(event)
    for site, events in configured.items():
        bad = [event for event in events if event.facts.unmatched]
        if all(event.facts.config is not None and event.facts.config.astray for event in events):
            yield _astray(site, events[0])
        elif bad:
            yield _report(lifecycle, site, bad, [event for event in events if event not in bad])


def _astray(site: Site, event: Event[Wrapped | Added]) -> Report:
    """feedforward_modules that are no target_modules: the config itself raises."""
    assert event.facts.config is not None
    names = ", ".join(f'"{name}"' for name in event.facts.config.astray)
    message = (
        f"feedforward_modules has to name some of target_modules, and {names} is not among them: this raises ValueError"
    )
    return Report(site, message, "error", "high", (Step(event.site, "the model is wrapped here"),))


def _report(
    lifecycle: Lifecycle, site: Site, bad: list[Event[Wrapped | Added]], good: list[Event[Wrapped | Added]]
) -> Report:
    event = bad[0]
    from difflib import get_close_matches  # where something is found, which is seldom

    assert event.facts.unmatched is not None
    assert event.facts.config is not None
    family, missing, known = event.facts.unmatched
    targets = event.facts.config.get("target_modules")
    conditions = on_condition(lifecycle, differing(bad, good))
    listed = ", ".join(f'"{name}"' for name in missing)
    close = [match for name in missing for match in get_close_matches(name, known, 1)]
    them = "it" if len(missing) == 1 else "them"
    whole = isinstance(targets, str) or (isinstance(targets, tuple) and len(missing) == len(targets))
    message = (
        f"target_modules is a text, which PEFT takes for a pattern that the whole path of a module has to match: "
        f"{listed} matches none, and get_peft_model raises; give a list of names{conditions}"
        if isinstance(targets, str)
        else f"a {family} model has no module {listed}: "
        f"{'get_peft_model raises' if whole else f'PEFT leaves {them} out without a word'}"
        f"; it has {', '.join(sorted(set(close or known))[:6])}{conditions}"
    )
    sure = whole and not good
    story = (Step(event.site, "the model is wrapped here"),)
    return Report(site, message, "error" if sure else "warning", "high" if sure else "medium", story)


RULE = Rule(
    "LL412", "target-modules-mismatch", "target_modules that the model's family does not have", (Wrapped, Added), check
)
