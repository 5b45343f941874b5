"""What the other runs of a script leave on disk: of a function that is called at another time, or of another script.

A load from a directory that this run has not written finds what such a run has left there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.places import Place, usually
from lora_lint.lifecycle.trace import AnyEvent, Ending, Left, Lifecycle


def left_by_other_runs(lifecycle: Lifecycle, event: AnyEvent, place: Place | None) -> list[Left]:
    """What lies in a place, or below it, before a run that leads to this event. Nothing where this run has put
    something there, or where it is not known: the place is that of an option, or a save may go anywhere."""
    if place is None or not place.fixed or place.hub or lifecycle.notes:
        return []
    if any(other.same(place) or other.under(place) for other in event.life.disk):
        return []
    if _goes_anywhere(lifecycle):
        return []
    own = [ending for ending in lifecycle.endings if event.id not in ending.events]
    return [*_left(lifecycle, own, place), *lifecycle.left_beside(place)]


def left_by(lifecycle: Lifecycle, place: Place) -> list[Left] | None:
    """What lies in a place, or below it, behind a script whose options keep their defaults; None where it is not
    known."""
    if lifecycle.notes or _goes_anywhere(lifecycle, usually):
        return None
    return list(_left(lifecycle, lifecycle.endings, place, usually))


def _as_it_is(place: Place) -> Place:
    return place


def _goes_anywhere(lifecycle: Lifecycle, seen: Callable[[Place], Place] = _as_it_is) -> bool:
    """Is an adapter saved where only a caller or an option says? Where it says nothing, the same line may save to a
    directory that the script names: that is what counts."""
    saves = [save for save in lifecycle.of(Saved) if not save.facts.full]
    fixed = {save.site for save in saves if save.facts.place is not None and seen(save.facts.place).fixed}
    return any(save.site not in fixed for save in saves)


def _left(
    lifecycle: Lifecycle, endings: list[Ending], place: Place, seen: Callable[[Place], Place] = _as_it_is
) -> Iterator[Left]:
    for ending in endings:
        if ending.crashed or ending.weak or ending.how == "raise":
            continue
        for at, entries in ending.life.disk.items():
            other = seen(at)
            if other.same(place) or other.under(place):
                for entry in entries:
                    if not entry.found:
                        yield Left(other, entry, ending.life, lifecycle)
