"""LL302: an operation that only a PeftModel has, on a value that is a plain model on every path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Added
from lora_lint.lifecycle.events.script import Accessed, Taken
from lora_lint.lifecycle.records import BaseModel, PeftModel, Site, Sure
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._types import TAKES_CONFIG, config_was_there, failing_operations
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """merge_and_unload() on the base variable, on a merged model, on a model with transformers' own add_adapter."""
    elsewhere = {event.site for event in lifecycle.of(Taken)}  # another path comes here with what is not known
    for site, events in by_site(lifecycle.of(Accessed)).items():
        failing = failing_operations(lifecycle, events) if site not in elsewhere else []
        if not any(e.facts.ok for e in events) and all(_is_plain(e) for e in failing):
            certainly = [event for event in failing if not event.weak]  # beside them the next attempts, say
            if certainly:
                yield _report(lifecycle, site, certainly[0])


def _is_plain(event: Event[Accessed]) -> bool:
    assert event.oid is not None
    model = event.life.models[event.oid]
    return isinstance(model, BaseModel) and model.known


def _report(lifecycle: Lifecycle, site: Site, event: Event[Accessed]) -> Report:
    assert event.oid is not None
    life = event.life
    base = life.base(event.oid)
    name = event.facts.name
    story: list[Step] = []
    if base.merged_at is not None or base.stripped_at is not None:
        what = (
            "a plain model: its adapter was merged away"
            if base.merged_at is not None
            else "a plain model: its adapter was unloaded"
        )
        story.append(Step(base.merged_at or base.stripped_at, "from here on it is a plain model"))
    elif base.layers and not base.integration:
        what = "the base model, which the PeftModel was put around"
        wrapper = next(
            (m for o, m in life.models.items() if isinstance(m, PeftModel) and life.root(o) == life.root(event.oid)),
            None,
        )
        if wrapper is not None:
            story.append(Step(wrapper.site, "the PeftModel is what this returns or keeps"))
    elif base.layers:
        what = "a transformers model with its own adapter integration, no PeftModel"
        story.append(Step(life.adapters[base.layers[0]].site, "the adapter is attached here"))
    else:
        what = "a plain model on every path"
        story.append(Step(base.site, "it comes from here"))
    since = _since(lifecycle, event)
    return Report(
        site,
        f"`{name}` does not exist here: this is {what} (AttributeError{since})",
        "warning" if since else "error",
        "medium" if since else "high",
        tuple(story),
        facts=(lifecycle, event),
    )


def _since(lifecycle: Lifecycle, event: Event[Accessed]) -> str:
    """The releases that raise, where it is not sure that the script runs with one of them."""
    if not config_was_there(event) or lifecycle.runs_with("peft", TAKES_CONFIG).sure is Sure.YES:
        return ""
    return f" with peft {TAKES_CONFIG.removeprefix('>=')} or newer"


def fix(report: Report, editor: Any) -> Any:
    """Safe: the operation on the PeftModel around this base, or the load that gives one; the call raised before.

    Unsafe: a model with adapters of transformers' own becomes a PeftModel.
    """
    from lora_lint.fixes.calls import call_on, load_as_peft, wrap_instead

    lifecycle, event = report.facts
    assert event.oid is not None
    life = event.life
    base = life.base(event.oid)
    if base.integration and base.layers and life.adapters[base.layers[0]].site == base.site:
        return load_as_peft(editor, base.site)
    if base.integration and base.layers:
        added = [e for e in lifecycle.of(Added) if e.site == life.adapters[base.layers[0]].site]
        return wrap_instead(editor, added[-1]) if added else None
    root = life.root(event.oid)
    around = [o for o, m in life.models.items() if isinstance(m, PeftModel) and not m.tuner and life.root(o) == root]
    return call_on(editor, event, [oid for oid in around if not life.emptied(oid)])


RULE = Rule(
    "LL302",
    "peft-op-on-plain-model",
    "an operation of PeftModel on a model that is plain on every path",
    (Accessed,),
    check,
    fix,
)
