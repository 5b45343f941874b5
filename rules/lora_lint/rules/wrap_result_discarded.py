"""LL204: the PeftModel that a wrap returns is thrown away, and the base variable is trained and saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.script import Discarded
from lora_lint.lifecycle.records import Oid, PeftModel, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._inside_base import is_wrong, thrown_away
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain
from lora_lint.rules.wording import place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A base model is saved with an adapter's layers inside, and nobody ever used the wrapper."""
    reported: set[Site] = set()
    for save in certain(lifecycle.of(Saved)):
        if not is_wrong(save):
            continue
        wrapper = thrown_away(lifecycle, save)
        if wrapper is None:
            continue
        model = save.life.models[wrapper]
        assert isinstance(model, PeftModel)
        dropped = _dropped(lifecycle, wrapper, model.site, save)
        site = dropped.site if dropped is not None else model.site
        if site not in reported:
            reported.add(site)
            yield _report(lifecycle, site, model.site, dropped, save)


def _dropped(lifecycle: Lifecycle, wrapper: Oid, wrap: Site, save: Event[Saved]) -> Event[Discarded] | None:
    """The statement that calls a helper which returns the PeftModel, and does not take it."""
    for event in lifecycle.of(Discarded):
        if event.oid == wrapper and event.site != wrap and event.id < save.id:
            return event
    return None


def _report(
    lifecycle: Lifecycle, site: Site, wrap: Site, dropped: Event[Discarded] | None, save: Event[Saved]
) -> Report:
    message = (
        "the PeftModel that this returns is thrown away: the variable that is trained and saved stays the base model, "
        "with the adapter's layers inside"
    )
    story = [Step(wrap, "wrapped here; this is what the call returns")] if dropped is not None else []
    story.append(Step(save.site, f"{place_text(lifecycle, save)} gets base_layer and lora_ keys, and no adapter"))
    return Report(site, message, "error", "high", tuple(story), facts=(lifecycle, wrap, dropped, save))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the variable that is trained and saved gets the PeftModel; what was saved before loads as nothing."""
    from lora_lint.fixes.binding import bind_wrap, keep_dropped

    lifecycle, wrap, dropped, save = report.facts
    wraps = [event for event in lifecycle.of(Wrapped) if event.site == wrap and event.id < save.id]
    if not wraps:
        return None
    return keep_dropped(editor, wraps[-1], dropped) if dropped is not None else bind_wrap(editor, wraps[-1], save)


RULE = Rule(
    "LL204",
    "wrap-result-discarded",
    "the PeftModel that a wrap returns is thrown away, the base variable is saved",
    (Saved,),
    check,
    fix,
)
