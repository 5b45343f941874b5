"""LL204: the PeftModel that a wrap returns is thrown away, and the base variable is trained and saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.records import PeftModel, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._inside_base import is_wrong, thrown_away
from lora_lint.rules.base import Report, Rule, Step
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


def _report(lifecycle: Lifecycle, wrapper: PeftModel, save: Event) -> Report:
    message = (
        "the PeftModel that this returns is thrown away: the variable that is trained and saved stays the base model, "
        "with the adapter's layers inside"
    )
    story = (Step(save.site, f"{place_text(lifecycle, save)} gets base_layer and lora_ keys, and no adapter"),)
    return Report(wrapper.site, message, "error", "high", story, facts=(lifecycle, wrapper.site, save))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the variable that is trained and saved gets the PeftModel; what was saved before loads as nothing."""
    from lora_lint.fixes.binding import bind_wrap

    lifecycle, site, save = report.facts
    wraps = [event for event in lifecycle.of("wrapped") if event.site == site and event.id < save.id]
    return bind_wrap(editor, wraps[-1], save) if wraps else None


RULE = Rule(
    "LL204",
    "wrap-result-discarded",
    "the PeftModel that a wrap returns is thrown away, the base variable is saved",
    ("saved",),
    check,
    fix,
)
