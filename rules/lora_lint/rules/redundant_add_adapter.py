"""LL201: add_adapter on a model that get_peft_model has given its adapter already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Activated, Added, Deleted
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._idle import is_idle, meant_to_train
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition, shown_name


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The same name again, transformers' signature on a PeftModel, or an adapter that nothing ever uses."""
    for site, events in by_site(certain(lifecycle.of(Added))).items():
        on_peft = [event for event in events if not event.facts.integration]
        wrong = [event for event in events if event.facts.problem]
        idle = [event for event in on_peft if not event.facts.problem and is_idle(lifecycle, event)]
        idle = [event for event in idle if not meant_to_train(event) and not _used(lifecycle, event)]
        if wrong:
            yield _raises(lifecycle, site, wrong, [e for e in events if e not in wrong])
        elif idle and len(idle) == len(on_peft):
            yield _unused(site, idle[0])


def _used(lifecycle: Lifecycle, event: Event[Added]) -> bool:
    """Somebody asks for the new adapter later, or for one whose name is computed. One whose own name is computed may be
    any that is asked for by a name that the model has not yet."""
    name, peft = event.facts.name, event.life.peft(event.oid) if event.oid is not None else None
    there = [known for known, _ in peft.adapters] if peft is not None else []
    if any(other.id > event.id and event.facts.adapter in other.facts.adapters for other in lifecycle.of(Deleted)):
        return True  # taken out again: it is not left over
    for other in lifecycle.of(Activated):
        names = other.facts.names
        if other.id <= event.id:
            continue
        if names is None or name in names or not all(isinstance(n, str) for n in names):
            return True
        if not isinstance(name, str) and any(n not in there for n in names):
            return True
    return False


def _there(event: Event[Added]) -> list[Step]:
    """Where the model got the adapter that it has already."""
    assert event.oid is not None
    peft = event.life.peft(event.oid)
    if peft is None:  # transformers' own add_adapter, which puts it into the plain model
        layers = [event.life.adapters[layer] for layer in event.life.base(event.oid).layers]
        return [Step(old.site, "the model gets this adapter here") for old in layers if old.name == event.facts.name]
    names = ", ".join(f'"{name}"' for name, _ in peft.adapters if isinstance(name, str))
    return [Step(peft.site, f"this PeftModel has its adapter already: {names}")]


def _raises(lifecycle: Lifecycle, site: object, bad: list[Event[Added]], good: list[Event[Added]]) -> Report:
    event = bad[0]
    if event.facts.problem == "name":
        name = event.facts.name
        what = (
            f'an adapter named "{name}" is there already: this raises ValueError'
            if isinstance(name, str)
            else "an adapter of this name is there already: this raises ValueError"
        )
    else:
        what = "PeftModel.add_adapter takes a name and a config (transformers' form takes the config first): TypeError"
    message = f"{what}{on_condition(lifecycle, differing(bad, good))}"
    return Report(
        site,
        message,
        "warning" if good else "error",
        "high",
        tuple(_there(event)),
        facts=("raises" if not good else "perhaps", event),
    )


def _unused(site: object, event: Event[Added]) -> Report:
    shown = shown_name(event.facts.name)
    message = f"{shown} is added but never activated, trained or loaded: what is trained is the first adapter"
    return Report(site, message, "warning", "high", tuple(_there(event)), facts=("idle", event))


def fix(report: Report, editor: Any) -> Any:
    """The call is removed: safe where it raises, unsafe where an untrained extra adapter is saved because of it.

    Where the name is computed, or the call is right the first time, other rounds and callers need it: it is made where
    the name is new. A plain model has no `peft_config` to ask before transformers has put an adapter into it.
    """
    from lora_lint.fixes.statements import only_if_new, remove_call

    problem, event = report.facts
    if event.facts.problem == "name":
        sometimes = problem == "perhaps"
        guarded = None if event.facts.integration else only_if_new(editor, event, literal=sometimes)
        if guarded is not None or sometimes:
            return guarded
    return remove_call(editor, event, "remove this add_adapter", safe=problem == "raises")


RULE = Rule(
    "LL201",
    "redundant-add-adapter",
    "add_adapter on a PeftModel that has its adapter: an error, or an untrained extra",
    (Added,),
    check,
    fix,
)
