"""LL118: adapters are merged one after the other into one base model, and each merged model is taken for that of one
adapter: it is their sum, or always that of the first."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Activated, Loaded, Merged, WeightsPut
from lora_lint.lifecycle.records import Site
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._merged_again import first_merge
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, merge_of


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Loads onto a base that holds adapters of earlier rounds, of which each has saved its merged model, or run it."""
    for events in by_site(certain(lifecycle.of(Loaded))).values():
        for event in events:
            if not event.facts.by_old_name or _put_back(lifecycle, event):
                continue
            if (saves := _saves_around(lifecycle, event)) is not None:
                merge = merge_of(lifecycle, saves[0])
                yield _report(event, merge.site if merge is not None else None, "saves as merged with", saves[1])
                break
            if _asked(lifecycle, event, events):
                assert event.oid is not None
                yield _report(event, event.life.base(event.oid).merged_at, "runs as the model with")
                break
    for site, merges in by_site(certain(lifecycle.of(Merged))).items():
        again = [(merge, first) for merge in merges if (first := first_merge(lifecycle, merge)) is not None]
        if again:
            yield _of_the_first(lifecycle, site, *again[0])


def _put_back(lifecycle: Lifecycle, load: Event[Loaded]) -> bool:
    """May the weights of before the merge be in the base model again?"""
    assert load.oid is not None
    root = load.life.root(load.oid)
    return any(event.oid is not None and event.life.root(event.oid) == root for event in lifecycle.of(WeightsPut))


def _asked(lifecycle: Lifecycle, load: Event[Loaded], rounds: list[Event[Loaded]]) -> bool:
    """Was the merged model of an earlier round used by the time that this one's adapter comes onto it?"""
    assert load.oid is not None
    base, root = load.life.base(load.oid), load.life.root(load.oid)
    before = [e for e in rounds if e.id < load.id and e.path == load.path and e.oid in load.life.models]
    mine = any(e.oid is not None and load.life.root(e.oid) == root for e in before)
    saved = any(save.oid is not None and save.life.root(save.oid) == root for save in lifecycle.of(Saved))
    return bool(base.merged) and base.used and mine and not saved


def _saves_around(lifecycle: Lifecycle, load: Event[Loaded]) -> tuple[Event[Saved], Event[Saved]] | None:
    """One save site at which the model of an earlier round, and then that of this one was saved, by this very code."""
    assert load.oid is not None
    root = load.life.root(load.oid)
    saves = [
        save
        for save in certain(lifecycle.of(Saved))
        if save.facts.full and save.oid is not None and save.path == load.path and save.life.root(save.oid) == root
    ]
    before = [save for save in saves if save.id < load.id and _merged(save)]
    for later in saves:
        if later.id > load.id:
            same = [save for save in before if save.site == later.site and _merged(save) < _merged(later)]
            if same and not _replaced(same[-1], later):
                return same[-1], later
    return None


def _replaced(before: Event[Saved], later: Event[Saved]) -> bool:
    """The sum takes the place of the first, by one name: it may be what is wanted."""
    place = later.facts.place
    return place is not None and place.literal is not None and place == before.facts.place


def _merged(save: Event[Saved]) -> int:
    assert save.oid is not None
    return len(save.life.base(save.oid).merged)


def _report(load: Event[Loaded], merged: Site | None, does: str, saved: Event[Saved] | None = None) -> Report:
    story = [Step(merged, "this changes the weights of the base model, not of a copy")] if merged is not None else []
    if saved is not None:
        story.append(Step(saved.site, "from the second round on this is the base model with several adapters in it"))
    message = (
        "the base model holds the adapters of earlier rounds, which were merged into it: "
        f"what each round {does} one adapter has all of them"
    )
    return Report(load.site, message, "error", "high", tuple(story))


def _of_the_first(lifecycle: Lifecycle, site: Site, merge: Event[Merged], first: Event[Merged]) -> Report:
    took = "the first round takes" if first.site == site else "an earlier merge has taken"
    message = (
        f"{took} all adapters out of this PeftModel: what this merge gives after that is the model with the adapter of "
        "the first in it, whichever is asked for; merge each into a copy, or load the model anew"
    )
    switches = [e for e in lifecycle.of(Activated) if first.id < e.id < merge.id]
    story = [] if first.site == site else [Step(first.site, "this leaves the PeftModel without layers")]
    story += [Step(switches[-1].site, "this finds no layer of the adapter, and says nothing")] if switches else []
    return Report(site, message, "error", "high", tuple(story))


RULE = Rule(
    "LL118",
    "merges-add-up",
    "in a loop one adapter after the other is merged into the same base model, and each merged model is used",
    (Loaded, Merged),
    check,
    all_paths=True,
)
