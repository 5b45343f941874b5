"""LL412: target_modules that the model's family does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lora_lint.lifecycle.records import Config, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.reading import certain


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """No name matches: the wrap raises. Where only some match, PEFT adapts those in silence."""
    reported: set[Site] = set()
    for event in certain(lifecycle.of("wrapped", "added")):
        config = event.facts.get("config")
        unmatched = event.facts.get("unmatched")
        if not isinstance(config, Config) or not unmatched or config.site in reported:
            continue
        reported.add(config.site)
        yield _report(config, event, unmatched)


def _report(config: Config, event: Event, unmatched: tuple[str, tuple[str, ...], tuple[str, ...]]) -> Report:
    family, missing, known = unmatched
    targets = config.get("target_modules")
    listed = ", ".join(f'"{name}"' for name in missing)
    close = [match for name in missing for match in difflib.get_close_matches(name, known, 1)]
    hint = f"; it has {', '.join(sorted(close or known)[:6])}"
    whole = isinstance(targets, tuple) and len(missing) == len(targets)
    if whole:
        message = f"a {family} model has no module {listed}: get_peft_model raises{hint}"
    else:
        message = f"a {family} model has no module {listed}: PEFT leaves it out without a word{hint}"
    story = (Step(event.site, "the model is wrapped here"),)
    return Report(
        config.site, message, "error" if whole else "warning", "high" if whole else "medium", story, facts=config
    )


RULE = Rule(
    "LL412",
    "target-modules-mismatch",
    "target_modules that the model's family does not have",
    ("wrapped", "added"),
    check,
)
