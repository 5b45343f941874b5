"""Shared by rules on the type at hand: operations that fail on it, and guards that answer wrong."""

from __future__ import annotations

from lora_lint.lifecycle.events.script import Accessed, Checked, Failed
from lora_lint.lifecycle.records import BaseModel, Keeping, Sure, Wrapper
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.rules._merged import trained_merged
from lora_lint.rules.questions import best_after

# releases of peft that take `peft_config` from a model with its layers (huggingface/peft#3067): in older ones it stays
TAKES_CONFIG = ">=0.19"


def failing_operations(lifecycle: Lifecycle, events: list[Event[Accessed]]) -> list[Event[Accessed]]:
    """Reads of a PEFT-only name that raise, on paths that come this far, and that nothing catches."""
    failing = [e for e in events if not e.facts.ok and not e.crashed and not caught(lifecycle, e)]
    failing = [e for e in failing if not _may_be_peft(e) and not _told_apart(lifecycle, e)]
    failing = [e for e in failing if not (config_was_there(e) and _keeps_config(lifecycle))]
    return [e for e in failing if not _is_unknown_method(e) and not trained_merged(lifecycle, e)]


def config_was_there(event: Event[Accessed]) -> bool:
    """`peft_config` of a model that was merged, or whose layers were taken out."""
    assert event.oid is not None
    base = event.life.base(event.oid)
    return event.facts.name == "peft_config" and (base.merged_at is not None or base.stripped_at is not None)


def _keeps_config(lifecycle: Lifecycle) -> bool:
    return lifecycle.runs_with("peft", TAKES_CONFIG).sure is Sure.NO


def _may_be_peft(event: Event[Accessed]) -> bool:
    """Loaded by a library that gives a PeftModel where the directory holds an adapter, and not merged since."""
    assert event.oid is not None
    base = event.life.base(event.oid)
    merged = base.merged_at is not None or base.stripped_at is not None
    return not merged and event.life.trait(event.oid, "may be adapted") is not None


def caught(lifecycle: Lifecycle, event: AnyEvent) -> bool:
    """Does a handler of the script catch what a read, or a call, raises?"""
    return any(
        failed.site == event.site and failed.id == event.id + 1 and failed.facts.caught
        for failed in lifecycle.of(Failed)
    )


def _told_apart(lifecycle: Lifecycle, event: Event[Accessed]) -> bool:
    """A test that is made of this model, nobody knows how, came before, or stands around: it may be true for other
    kinds only. Where paths have joined since, the one that stands around is no condition of theirs any more."""
    conditions = {condition.site for condition in event.conditions}
    assert event.oid is not None
    root = event.life.root(event.oid)
    return any(
        c.facts.test == "other"
        and c.id < event.id
        and c.life.root(c.oid) == root
        and (c.site in conditions or _stands_around(c, event))
        for c in lifecycle.of(Checked)
        if c.oid is not None
    )


def _stands_around(check: Event[Checked], event: Event[Accessed]) -> bool:
    """Is an operation in a branch of the statement that a test belongs to, or behind one with a branch that leaves?"""
    from lora_lint.fixes.writing.editor import leaves
    from lora_lint.fixes.writing.tree import nodes_in

    statement = check.statement
    if statement is None or statement is event.statement:
        return False
    body = list(getattr(getattr(statement, "body", None), "body", ()))
    behind = bool(body) and leaves(body[-1]) and check.path == event.path
    return behind or event.statement in nodes_in(statement)


def _is_unknown_method(event: Event[Accessed]) -> bool:
    """A name that no PeftModel has: another rule's."""
    assert event.oid is not None
    return event.life.peft(event.oid) is not None and not hidden_by_wrapper(event)


def hidden_by_wrapper(event: AnyEvent) -> bool:
    assert event.oid is not None
    model = event.life.models[event.oid]
    return isinstance(model, Wrapper) and model.kind == "parallel" and event.life.peft(event.oid) is not None


def _answers_wrong(event: Event[Checked]) -> bool:
    """The test says no to a PeftModel that it means, or that it should have meant."""
    assert event.oid is not None
    if event.facts.test != "isinstance" or event.facts.answer is not False:
        return False
    model = event.life.models[event.oid]
    names = event.facts.names
    if put_in_by_transformers(event):
        return any(name.startswith("peft.") for name in names)
    if event.life.peft(event.oid) is None or event.life.emptied(event.oid):
        return False
    if isinstance(model, Wrapper):
        return any(name.startswith("peft.") for name in names)
    return "transformers.PreTrainedModel" in names


def put_in_by_transformers(event: AnyEvent) -> bool:
    """Is this a plain model, into which transformers has put an adapter?"""
    assert event.oid is not None
    model = event.life.models[event.oid]
    return isinstance(model, BaseModel) and model.integration and bool(model.layers)


def costs_the_adapter(lifecycle: Lifecycle, event: Event[Checked]) -> bool:
    """A guard answers wrong, trained weights stand behind it, and no ending keeps them."""
    if not _answers_wrong(event):
        return False
    assert event.oid is not None
    life = event.life
    tokens = [life.token(a) for a in life.held(event.oid) if life.content(life.token(a)).trained is Sure.YES]
    lost = (Keeping.NOWHERE, Keeping.WEIGHTS, Keeping.TEMPORARY)
    return bool(tokens) and all(best_after(lifecycle, event, token) in lost for token in tokens)
