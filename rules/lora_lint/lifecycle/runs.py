"""What the other runs of a script leave on disk: of a function that is called at another time.

A load from a directory that this run has not written finds what such a run has left there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Written
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle


class Left(NamedTuple):
    """One thing that lies in a place after a run, and the state of the models in this run."""

    place: Place
    written: Written
    life: Life


def left_by_other_runs(lifecycle: Lifecycle, event: AnyEvent, place: Place | None) -> list[Left]:
    """What lies in a place, or below it, before a run that leads to this event. Nothing where this run has put
    something there, or where it is not known: the place is that of an option, or a save may go anywhere."""
    if place is None or place.literal is None or place.hub or lifecycle.notes:
        return []
    if any(other.same(place) or other.under(place) for other in event.life.disk):
        return []
    if any(map(_goes_anywhere, lifecycle.of(Saved))):
        return []
    return list(_left(lifecycle, event, place))


def _goes_anywhere(save: Event[Saved]) -> bool:
    """An adapter is saved where only a caller or an option says."""
    place = save.facts.place
    return not save.facts.full and (place is None or place.literal is None)


def _left(lifecycle: Lifecycle, event: AnyEvent, place: Place) -> Iterator[Left]:
    for ending in lifecycle.endings:
        if event.id in ending.events or ending.crashed or ending.weak or ending.how == "raise":
            continue
        for other, entries in ending.life.disk.items():
            if other.same(place) or other.under(place):
                yield from (Left(other, entry, ending.life) for entry in entries if not entry.found)
