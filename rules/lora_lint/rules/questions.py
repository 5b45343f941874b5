"""What rules ask a lifecycle: what was lost, what was trained, who made an adapter, on which paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Added, Loaded, Merged, Unloaded, Wrapped
from lora_lint.lifecycle.events.training import Stepped, Trained
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.records import BaseModel, Keeping, Oid, PeftModel, Site, Sure, Token
from lora_lint.lifecycle.trace import AnyEvent, Condition, Ending, Event, Lifecycle

F = TypeVar("F")
LOST = (Keeping.NOWHERE, Keeping.TEMPORARY)


def trained_here(event: AnyEvent, tokens: Iterable[Token]) -> list[Token]:
    """The weights among these that this script certainly trained."""
    life = event.life
    return [t for t in tokens if life.canonical(t) in life.contents and life.content(t).trained is Sure.YES]


def best_after(lifecycle: Lifecycle, event: AnyEvent, token: Token) -> Keeping:
    """How well these weights are kept in the best ending behind the event; the best state, or that of
    some steps before, stands for a later one."""
    found = [ending.life.keeping(token) for ending in lifecycle.after(event)]
    best = max(found, key=lambda keeping: keeping.value) if found else Keeping.KEPT
    return (
        Keeping.KEPT
        if best in (Keeping.NOWHERE, Keeping.CHECKPOINT) and _best_is_kept(lifecycle, event, token)
        else best
    )


def _best_is_kept(lifecycle: Lifecycle, event: AnyEvent, token: Token) -> bool:
    """The training that made these weights saves the adapter whenever a measure is better than before, or every so
    many steps. The first measure is better than infinity, whatever it is: that save counts as the later ones do."""
    adapter, _ = event.life.canonical(token)
    trained_at = event.life.content(token).trained_at
    saves = list(lifecycle.of(Saved))
    chosen = {(save.site, save.path) for save in saves if save.facts.chosen}
    for save in saves:
        if (save.site, save.path) in chosen and save.id < event.id and not save.facts.lost:
            others = [other for other in save.facts.tokens if other[0] == adapter]
            of_it = [other for other in others if save.life.content(other).trained_at == trained_at]
            if any(end.life.keeping(other) not in LOST for other in of_it for end in lifecycle.after(event)):
                return True
    return False


def is_only_here(life: Life, adapter: Oid) -> bool:
    """The adapter holds what this script has trained, and none of that is kept."""
    token = life.token(adapter)
    return life.content(token).trained is Sure.YES and life.keeping(token) in LOST


def trained_and_lost(ending: Ending, adapter: Oid) -> bool:
    """Trained weights of an adapter are there at the end, and none of them is kept, in whatever way."""
    life = ending.life
    if adapter not in life.adapters:
        return False
    trained = [t for t, content in life.contents.items() if t[0] == adapter and content.trained is Sure.YES]
    return bool(trained) and all(life.keeping(t) in LOST for t in trained)


def by_site(events: Iterable[Event[F]]) -> dict[Site, list[Event[F]]]:
    """Events of one place in the script together: the paths and calls that come through it."""
    found: dict[Site, list[Event[F]]] = {}
    for event in events:
        found.setdefault(event.site, []).append(event)
    return found


def certain(events: Iterable[Event[F]]) -> list[Event[F]]:
    """Events on paths that are neither crashed nor rest on an exception nobody raised."""
    return [event for event in events if not event.weak and not event.crashed]


def merge_of(lifecycle: Lifecycle, save: AnyEvent) -> Event[Merged | Unloaded] | None:
    """The merge or unload that took the layers out of the model that is saved."""
    assert save.oid is not None
    base, root = save.life.base(save.oid), save.life.root(save.oid)
    at = base.merged_at if base.merged_at is not None else base.stripped_at
    found = [e for e in lifecycle.of(Merged, Unloaded) if e.site == at and e.facts.base == root and e.id < save.id]
    return found[-1] if found else None


def merged_nested(lifecycle: Lifecycle, save: AnyEvent) -> bool:
    """What was merged is a PeftModel inside a PeftModel, and the result one as well: the second wrap is the mistake."""
    merge = merge_of(lifecycle, save)
    if merge is None or merge.oid is None:
        return False
    makers = [maker(lifecycle, adapter) for adapter in merge.life.held(merge.oid)]
    wraps = [e for e in makers if e is not None and not isinstance(e.facts, Added)]
    return any(
        e.oid is not None and e.life.peft(e.oid) is not None and getattr(e.facts, "onto", "base") == "base"
        for e in wraps
    )


def differing(bad: Sequence[AnyEvent], others: Sequence[AnyEvent]) -> list[Condition]:
    """The conditions under which the bad events happen and the others do not."""
    if not others or not bad:
        return []
    common = set(bad[0].conditions)
    for event in bad[1:]:
        common &= set(event.conditions)
    shared = set(others[0].conditions)
    for event in others[1:]:
        shared &= set(event.conditions)
    return [condition for condition in bad[0].conditions if condition in common and condition not in shared]


def untrained_by(lifecycle: Lifecycle, cause: str) -> dict[Site, list[tuple[Event[Trained], Oid]]]:
    """Trainings in which every active adapter is frozen for this reason, by the line that froze one of them."""
    found: dict[Site, list[tuple[Event[Trained], Oid]]] = {}
    for event in certain(lifecycle.of(Trained)):
        if event.facts.adapters or event.facts.disabled or not event.facts.frozen:
            continue
        for adapter in event.facts.frozen:
            frozen = event.life.adapters[adapter].frozen
            meant = others_train(event) and not _in_vain(lifecycle, event, adapter)
            if frozen is not None and frozen.cause == cause and not meant:
                found.setdefault(frozen.site, []).append((event, adapter))
    return found


def _in_vain(lifecycle: Lifecycle, event: AnyEvent, adapter: Oid) -> bool:
    """Known weights of the model train, and this adapter, which was made here, never does: why was it made?"""
    record = event.life.adapters[adapter]
    certainly = event.oid is not None and event.life.base(event.oid).trainable is Sure.YES
    trained = (adapter in other.facts.adapters for other in lifecycle.of(Trained))
    return certainly and record.origin == "created" and not any(trained)


def others_train(event: AnyEvent) -> bool:
    """At a training: weights of the model itself train as well, be it a head or an embedding opened by hand."""
    return event.oid is not None and event.life.base(event.oid).trainable is not Sure.NO


def trained_otherwise(lifecycle: Lifecycle, site: Site) -> list[Event[Trained]]:
    """Trainings at a place that do train an adapter: the paths on which nothing is wrong."""
    return [e for e in certain(lifecycle.of(Trained)) if e.site == site and e.facts.adapters]


def switched_off(event: AnyEvent) -> list[Site]:
    """Where adapters that are off at this moment were switched off."""
    models = [model for model in event.life.models.values() if isinstance(model, PeftModel | BaseModel)]
    return [model.disabled for model in models if model.disabled is not None]


def same_model(event: AnyEvent, other: AnyEvent) -> bool:
    """Are two events about one base model, whatever is around it?"""
    if event.oid is None or other.oid is None:
        return False
    return event.life.root(event.oid) == other.life.root(other.oid)


def maker(lifecycle: Lifecycle, adapter: Oid) -> Event[Wrapped | Added | Loaded] | None:
    """The wrap, add or load that put an adapter on its model."""
    found = (e for e in lifecycle.of(Wrapped, Added, Loaded) if e.facts.adapter == adapter)
    return next(found, None)


def steps_behind(lifecycle: Lifecycle, training: AnyEvent, adapter: Oid) -> list[Event[Stepped]]:
    """The steps of an optimizer that put what was trained into the adapter: until then it is as it was."""
    return [e for e in lifecycle.of(Stepped) if e.id > training.id and adapter in e.facts.held]


def result_used(lifecycle: Lifecycle, event: AnyEvent) -> bool:
    """Was the plain model that the merge returned used by anybody?"""
    assert event.oid is not None
    root = event.life.root(event.oid)
    return any(root in e.life.models and getattr(e.life.models[root], "used", True) for e in lifecycle.after(event))
