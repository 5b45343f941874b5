"""Adapters of which another rule speaks: that they are lost at the end is no second defect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lora_lint.lifecycle.events.disk import MergedCopySaved, Save, Saved, WeightsSaved
from lora_lint.lifecycle.events.models import Added, Deleted, Loaded, Wrapped
from lora_lint.lifecycle.events.script import Accessed, Checked
from lora_lint.lifecycle.records import Oid, Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._early import is_early
from lora_lint.rules._fresh import given_way
from lora_lint.rules._idle import is_idle, meant_to_train


def told_elsewhere(lifecycle: Lifecycle) -> set[Site]:
    """Where such adapters are made."""
    told = {adapter for adapters in DEFECTS for adapter in adapters(lifecycle)}
    return {e.life.adapters[oid].site for e in lifecycle.endings for oid in told if oid in e.life.adapters}


def _saved_as_a_whole(lifecycle: Lifecycle) -> Iterator[Oid]:
    """Merged, emptied or inside the base when the whole model was saved, or saved under keys that load as nothing."""
    for save in lifecycle.of(Saved):
        if save.oid in save.life.models and save.oid is not None and (save.facts.full or save.facts.lost):
            yield from _touched(save)
            yield from save.life.base(save.oid).layers
            peft = save.life.peft(save.oid)
            yield from (adapter for _, adapter in (peft.adapters if peft is not None else ()))


def _saved_early(lifecycle: Lifecycle) -> Iterator[Oid]:
    for save in lifecycle.of(Saved):
        if save.oid in save.life.models and not (save.facts.full or save.facts.lost) and is_early(lifecycle, save):
            yield from _touched(save)


def _saved_otherwise(lifecycle: Lifecycle) -> Iterator[Oid]:
    """Tensors without a config, or none of them, or a merged copy."""
    for save in lifecycle.of(WeightsSaved, MergedCopySaved):
        yield from save.facts.adapters
        if save.oid in save.life.models:
            yield from _touched(save)


def _touched(save: Event[Save]) -> Iterator[Oid]:
    """The adapters whose weights are saved, or were folded into the model that is."""
    assert save.oid is not None
    base = save.life.base(save.oid)
    return (save.life.canonical(t)[0] for t in (*base.merged, *base.stripped, *save.facts.tokens))


def _idle(lifecycle: Lifecycle) -> Iterator[Oid]:
    """Trained in place of one that was added for that and is not active."""
    for add in lifecycle.of(Added):
        if add.oid is not None and is_idle(lifecycle, add) and meant_to_train(add):
            yield from add.life.held(add.oid)


def _deleted(lifecycle: Lifecycle) -> Iterator[Oid]:
    for deletion in lifecycle.of(Deleted):
        yield from deletion.facts.adapters


def _behind_a_guard(lifecycle: Lifecycle) -> Iterator[Oid]:
    """Inside a model of which a test of its type answers wrong."""
    for check in lifecycle.of(Checked):
        if check.facts.answer is False and check.oid is not None and check.facts.test == "isinstance":
            yield from check.life.held(check.oid)


def _saved_by_no_method(lifecycle: Lifecycle) -> Iterator[Oid]:
    """`model.save_adapter(out)`, which no PeftModel has."""
    for access in lifecycle.of(Accessed):
        if not access.facts.ok and access.oid is not None and access.facts.name.startswith(("save", "push")):
            yield from access.life.held(access.oid)


def _wrapped_again(lifecycle: Lifecycle) -> Iterator[Oid]:
    for wrap in lifecycle.of(Wrapped, Loaded):
        if wrap.oid is not None and wrap.life.peft(wrap.oid) is not None:
            yield from wrap.life.held(wrap.oid)
        yield from given_way(lifecycle, wrap)


# one for each defect, or group of them, that a rule of its own reports
DEFECTS: tuple[Callable[[Lifecycle], Iterable[Oid]], ...] = (
    _saved_as_a_whole,
    _saved_early,
    _saved_otherwise,
    _idle,
    _deleted,
    _behind_a_guard,
    _saved_by_no_method,
    _wrapped_again,
)
