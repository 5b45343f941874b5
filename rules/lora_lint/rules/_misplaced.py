"""Shared by rules on directories: is the adapter where it is loaded from?"""

from __future__ import annotations

from collections.abc import Mapping

from lora_lint.lifecycle.disk import lying
from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.places import Place, usually
from lora_lint.lifecycle.records import Written
from lora_lint.lifecycle.runs import left_by_other_runs
from lora_lint.lifecycle.trace import Event, Lifecycle


def elsewhere(event: Event[Loaded]) -> tuple[Place, Written] | None:
    """Where the adapter is that this load misses: in a folder below, or merged into the model that lies here."""
    place: Place | None = event.facts.place
    if place is None or place.hub or event.facts.onto == "pipeline":
        return None
    return _misses(place, event.life.disk)


def elsewhere_by_other_runs(lifecycle: Lifecycle, event: Event[Loaded]) -> tuple[Place, Written] | None:
    """The same where another run of the script, or another script of the project, has saved to this very place; or this
    run, on the paths that come through the save."""
    place = event.facts.place
    if place is None or place.hub or event.facts.onto == "pipeline":
        return None
    left = left_by_other_runs(lifecycle, event, place)
    runs = {id(run): run for run in (lifecycle, *(each.by for each in left))}.values()
    if not any(_saves_to(run, place) for run in runs):
        return None
    disk = dict(event.life.disk)
    for each in left:
        disk[each.place] = (*disk.get(each.place, ()), each.written)
    return _misses(place, disk, perhaps=True)


def _saves_to(lifecycle: Lifecycle, place: Place) -> bool:
    places = (save.facts.place for save in lifecycle.of(Saved))
    return any(other is not None and (other.same(place) or usually(other).same(place)) for other in places)


def _misses(
    place: Place, disk: Mapping[Place, tuple[Written, ...]], *, perhaps: bool = False
) -> tuple[Place, Written] | None:
    """Where it is instead, `perhaps` on some paths only."""
    here = [
        entry
        for other, entries in disk.items()
        if other.same(place) or other.same_by_default(place)
        for entry in entries
    ]
    if any(entry.what in ("adapter", "emptied", "checkpoint") for entry in here):
        return None
    below = [
        (other, entry)
        for other, entries in disk.items()
        if other.under(place)
        for entry in lying(entries)
        if entry.what in ("adapter", "checkpoint") and (perhaps or not entry.when)
        if not (entry.temporary or entry.found)
    ]
    if below:
        return below[-1]
    whole = [entry for entry in here if entry.what == "model" and entry.tokens and not entry.when]
    return (place, whole[-1]) if whole and len(whole) == len(here) else None
