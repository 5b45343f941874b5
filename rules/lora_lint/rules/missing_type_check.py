"""LL301: an operation that only one of the types at hand has, without a check that tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.script import Accessed, Checked
from lora_lint.lifecycle.records import BaseModel, Oid, Site, Wrapper
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._types import costs_the_adapter, failing_operations, hidden_by_wrapper, put_in_by_transformers
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, differing
from lora_lint.rules.wording import condition_steps, on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Three questions: an unguarded operation, a guard that answers wrong, and a directory of two kinds."""
    yield from _operations(lifecycle)
    yield from _guards(lifecycle)
    yield from _directories(lifecycle)


# -- a PEFT-only operation on two kinds --------------------------------------------------------------------------------


def _operations(lifecycle: Lifecycle) -> Iterator[Report]:
    if lifecycle.notes or lifecycle.blurred:
        return  # paths were left out or joined: under which condition a model is of which kind is not known any more
    for site, events in by_site(lifecycle.of(Accessed)).items():
        failing = failing_operations(lifecycle, events)
        fine = [e for e in events if e.facts.ok]
        after_guard = [e for e in failing if _guarded(lifecycle, e)]
        wrapped = [e for e in failing if hidden_by_wrapper(e)]
        if failing and (fine or after_guard or wrapped):
            yield _operation(lifecycle, site, failing, fine)


def _guarded(lifecycle: Lifecycle, event: Event[Accessed]) -> bool:
    """A test of this very model let it through."""
    checks = [c for c in lifecycle.of(Checked) if c.oid == event.oid and c.facts.answer is True and c.id < event.id]
    conditions = {condition.site for condition in event.conditions}
    return any(check.site in conditions or check.path[: len(event.path)] == event.path for check in checks)


def _operation(lifecycle: Lifecycle, site: Site, failing: list[Event[Accessed]], fine: list[Event[Accessed]]) -> Report:
    event = failing[0]
    assert event.oid is not None
    name = event.facts.name
    kind = _kind(event, event.oid)
    conditions = differing(failing, fine)
    if hidden_by_wrapper(event):
        message = f"`{name}` on a {kind}, which hides the PeftModel behind `.module`: AttributeError"
    else:
        when = on_condition(lifecycle, conditions)
        message = f"`{name}` is used on a {kind}{when}: AttributeError; nothing checks the type before"
    story = [Step(_made(event, event.oid), f"here it is a {kind}")]
    if fine and fine[0].oid is not None:
        peft = fine[0].life.peft(fine[0].oid)
        if peft is not None:
            story.append(Step(peft.site, "here it is a PeftModel"))
    story += condition_steps(lifecycle, conditions)
    return Report(
        site, message, "error", "high" if not event.weak else "medium", tuple(story), facts=("operation", failing, fine)
    )


def _kind(event: Event[Accessed], oid: Oid) -> str:
    model = event.life.models[oid]
    if isinstance(model, Wrapper):
        return "DistributedDataParallel or DataParallel wrapper" if model.kind == "parallel" else "compiled wrapper"
    if isinstance(model, BaseModel) and (model.merged or model.stripped):
        return "merged, plain model" if model.merged else "plain model (its adapter was unloaded)"
    return "plain model"


def _made(event: Event[Accessed], oid: Oid) -> Site:
    model = event.life.models[oid]
    if isinstance(model, BaseModel) and model.merged_at is not None:
        return model.merged_at
    return model.site


# -- a guard that answers wrong ----------------------------------------------------------------------------------------


def _guards(lifecycle: Lifecycle) -> Iterator[Report]:
    for site, events in by_site(lifecycle.of(Checked)).items():
        bad = [e for e in events if not e.weak and not e.crashed and costs_the_adapter(lifecycle, e)]
        if bad:
            yield _guard(site, bad)


def _guard(site: Site, bad: list[Event[Checked]]) -> Report:
    event = bad[0]
    assert event.oid is not None
    model = event.life.models[event.oid]
    names = ", ".join(name.rpartition(".")[2] for name in event.facts.names)
    if isinstance(model, Wrapper):
        what = "compiled" if model.kind == "compiled" else "DistributedDataParallel or DataParallel"
        why = f"a {what} wrapper is no {names}: the PeftModel inside is not seen"
        story = [Step(model.site, "wrapped here")]
    elif put_in_by_transformers(event):
        why = f"transformers puts the adapter into the plain model, which is no {names}"
        story = [Step(event.life.adapters[layer].site, "put in here") for layer in event.life.base(event.oid).layers]
    else:
        why = f"a PeftModel is no {names}"
        story = [Step(model.site, "here it becomes a PeftModel")]
    message = f"this test is false for the model at hand ({why}), and the branch taken does not save the adapter"
    return Report(site, message, "error", "high", tuple(story), facts=("guard", bad))


# -- a directory of two kinds ------------------------------------------------------------------------------------------


def _directories(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter on one path and a whole model on another, in a directory that is then read as one of them."""
    for site, events in by_site(lifecycle.of(Saved)).items():
        certain = [
            e for e in events if not e.weak and not e.crashed and e.oid is not None and e.facts.place is not None
        ]
        adapters = [e for e in certain if e.facts.adapters and not e.facts.emptied]
        whole = [e for e in certain if e.facts.full and e.oid is not None and e.life.base(e.oid).merged]
        if not adapters or not whole:
            continue
        reader = _reader(lifecycle, whole[0])
        if reader is None:
            continue
        conditions = differing(whole, adapters)
        message = (
            f"{place_text(lifecycle, whole[0])} gets a merged model{on_condition(lifecycle, conditions)}, "
            "else an adapter; it is read as an adapter below"
        )
        story = [*condition_steps(lifecycle, conditions), Step(reader.site, "read as an adapter here")]
        yield Report(site, message, "warning", "medium", tuple(story), facts=("directory", whole))


def _reader(lifecycle: Lifecycle, save: Event[Saved]) -> Event[Loaded] | None:
    """The first load behind a save that reads its directory."""
    for load in lifecycle.of(Loaded):
        place = load.facts.place
        if load.id > save.id and not load.crashed and place is not None and save.facts.place is not None:
            if place.same(save.facts.place):
                return load
    return None


def fix(report: Report, editor: Any) -> Any:
    """Safe: a guard around what would raise; a guard that answers wrong learns the type at hand."""
    from lora_lint.fixes.guards import guard_operation, mend_guard

    what, events, *_ = report.facts
    if what == "operation":
        return guard_operation(editor, events[0])
    return mend_guard(editor, events[0]) if what == "guard" else None


RULE = Rule(
    "LL301",
    "missing-type-check",
    "an operation or a save that depends on the type of the model, without a check of the type",
    (Accessed, Checked, Saved),
    check,
    fix,
)
