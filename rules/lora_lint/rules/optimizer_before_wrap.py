"""LL402: the optimizer was made before the adapter, and does not hold its parameters, or holds its layers alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Wrapped
from lora_lint.lifecycle.events.training import OptimizerMade, Stepped
from lora_lint.lifecycle.records import Config, Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, maker, switched_off
from lora_lint.rules.wording import name_in


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A step of an optimizer that does not hold an adapter with a gradient, which no other step holds either."""
    off = {event.site for event in lifecycle.of(OptimizerMade) if event.facts.empty and switched_off(event)}
    reported: set[Site] = off  # there train-while-disabled speaks
    steps = certain(lifecycle.of(Stepped))
    stepped = {adapter for event in steps for adapter in event.facts.held}
    for event in steps:
        made = event.facts.made
        never = [adapter for adapter in event.facts.missed if adapter not in stepped]
        if never and made is not None and made not in reported:
            reported.add(made)
            yield _report(lifecycle, made, event, never[0])
    yield from _without_copies(lifecycle, reported)


def _without_copies(lifecycle: Lifecycle, reported: set[Site]) -> Iterator[Report]:
    """A step of an optimizer that holds the layers of an adapter, and not the modules that its config has it train
    whole, which no other optimizer holds either."""
    steps = certain(lifecycle.of(Stepped))
    if not {event.site for event in lifecycle.of(OptimizerMade)} <= {event.facts.made for event in steps}:
        return  # of one it is not known what it holds
    for event in steps:
        made = event.facts.made
        for adapter in event.facts.layers:
            modules = _asked_for(lifecycle, event, adapter)
            if not modules or made is None or made in reported:
                continue
            if all(adapter in e.facts.layers for e in steps if adapter in e.facts.held):
                reported.add(made)
                yield _report_copies(made, event, adapter, modules)


def _asked_for(lifecycle: Lifecycle, event: Event[Stepped], adapter: Oid) -> list[str]:
    """What the config of an adapter names to be trained whole, or its task type does: a head that is new."""
    config, made = event.life.adapters[adapter].config, maker(lifecycle, adapter)
    if not isinstance(config, Config):
        return []
    asked = config.get("modules_to_save")
    named = [name for name in asked if isinstance(name, str)] if isinstance(asked, tuple) else []
    head = made.facts.head if made is not None and isinstance(made.facts, Wrapped) else None
    if named or head is None or not head.names or config.get("task_type") != head.task:
        return named
    return [head.names[0] if len(head.names) == 1 else "the new head"]


def _report_copies(made: Site, event: Event[Stepped], adapter: Oid, modules: list[str]) -> Report:
    name, named = name_in(event, adapter), ", ".join(modules)
    message = (
        f"this optimizer holds the layers of adapter {name}, and not what its config has it train besides ({named}): "
        "the training below never changes that"
    )
    story = [Step(event.life.adapters[adapter].site, f"adapter {name} is made here"), Step(event.site, "steps here")]
    return Report(made, message, "error", "high", tuple(story))


def _report(lifecycle: Lifecycle, made: Site, event: Event[Stepped], adapter: Oid) -> Report:
    record = event.life.adapters[adapter]
    name = name_in(event, adapter)
    message = f"this optimizer does not hold the parameters of adapter {name}: the training below never changes it"
    story = [
        Step(record.site, f"adapter {name} is made here"),
        Step(event.site, "this step leaves the adapter as it is"),
    ]
    return Report(made, message, "error", "high", tuple(story), facts=(lifecycle, made, adapter))


def fix(report: Report, editor: Any) -> Any:
    """Safe: the optimizer, and what is built on it, moves below the wrap; what it held before never changed."""
    from lora_lint.fixes.moving import move_below

    if report.facts is None:
        return None
    lifecycle, made, adapter = report.facts
    wrap = maker(lifecycle, adapter)
    optimizers = [event for event in lifecycle.of(OptimizerMade) if event.site == made]
    if wrap is None or not optimizers:
        return None
    return move_below(editor, optimizers[-1].statement, wrap, made.module, "make the optimizer after the wrap")


RULE = Rule(
    "LL402",
    "optimizer-before-wrap",
    "the optimizer was made before the wrap and does not hold the adapter",
    (Stepped,),
    check,
    fix,
)
