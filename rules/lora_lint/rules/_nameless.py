"""Files of an adapter's weights that lack its name: written by an earlier run of the script, or by another script."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable

from lora_lint.lifecycle.events.disk import ObjectSaved, Removed, WeightsSaved
from lora_lint.lifecycle.events.models import WeightsPut
from lora_lint.lifecycle.places import Place, Segment
from lora_lint.lifecycle.trace import Event, Lifecycle

WILD = re.compile(r"[*?\[]")


def saved_nameless(lifecycle: Lifecycle, put: Event[WeightsPut]) -> Event[WeightsSaved] | None:
    """A save that has left what is put in here, where each that may have left it writes such keys."""
    if put.facts.out_of is None or not put.facts.unread:
        return None
    place, keys = put.facts.out_of
    if put.facts.one_of is not None:
        return _in_a_folder(lifecycle, put, *put.facts.one_of, keys)
    return _in_a_file(lifecycle, place, keys)


def _in_a_file(lifecycle: Lifecycle, place: Place, keys: tuple[Hashable, ...]) -> Event[WeightsSaved] | None:
    """Of an earlier run of the script, or of another script that names it so."""
    there: list[Event[WeightsSaved]] = []
    for script in _scripts(lifecycle, place, place):
        moves = [moved for removed in script.of(Removed) if (moved := removed.facts).to and _holds(moved.to, place)]
        saves = [(save, save.facts.file) for save in script.of(WeightsSaved) if save.facts.file]
        there += [save for save, file in saves if file.same(place) or file.same_by_default(place)]
        for moved in moves:
            brought = [save for save, file in saves if _brought(moved, file, place)]
            if not brought:
                return None  # who knows what lay there
            there += brought
        if any(other.facts.file is not None and other.facts.file.same(place) for other in script.of(ObjectSaved)):
            return None
    return there[0] if there and all(keys in save.facts.nameless for save in there) else None


def _scripts(lifecycle: Lifecycle, place: Place, named: Place) -> tuple[Lifecycle, ...]:
    """The script, and the others that name a place as it does, where that is one in every run."""
    return (lifecycle, *(lifecycle.scripts_beside(named) if place.fixed else ()))


def _brought(moved: Removed, file: Place, place: Place) -> bool:
    """Does a file become that at `place` where it is moved, or the folder that it is in?"""
    return moved.to is not None and _holds(moved.place, file) and file.moved(moved.place, moved.to).same(place)


def _holds(folder: Place, file: Place) -> bool:
    return file.same(folder) or file.under(folder)


def _in_a_folder(
    lifecycle: Lifecycle, put: Event[WeightsPut], folder: Place, pattern: str, keys: tuple[Hashable, ...]
) -> Event[WeightsSaved] | None:
    """One of several files, of an earlier run or of another script that names them so. What this run has written may be
    what the model holds."""
    named = Place((*folder.segments, (pattern,)) if pattern else folder.segments)
    there: list[Event[WeightsSaved]] = []
    for script in _scripts(lifecycle, folder, named):
        saves = [save for save in script.of(WeightsSaved) if _may_be_in(save.facts.file, folder, pattern)]
        others = (other for other in script.of(ObjectSaved) if _may_be_in(other.facts.file, folder, pattern))
        moves = (move for move in script.of(Removed) if move.facts.to is not None and _holds(folder, move.facts.to))
        if script.notes or any(others) or any(moves):
            return None
        if script is lifecycle and any(save.id < put.id for save in saves):
            return None
        there += saves
    sure = [save for save in there if save.facts.file is not None and save.facts.file.under(folder)]
    return sure[0] if sure and all(keys in save.facts.nameless for save in there) else None


def _may_be_in(file: Place | None, folder: Place, pattern: str) -> bool:
    """Is a file in the folder, under a name that the pattern may match? It may be where that is not known."""
    if file is None or not file.segments:
        return True
    if not file.under(folder):
        return not isinstance(file.segments[0][0], str)
    deep = len(file.segments) > len(folder.segments) + 1
    return deep or not pattern or _may_be_called(file.segments[-1], pattern)


def _may_be_called(name: Segment, pattern: str) -> bool:
    """A name and a pattern begin alike, and end alike, as far as both say it."""
    first, last = (end if isinstance(end, str) else "" for end in (name[0], name[-1]))
    begin, *_, rest = WILD.split(pattern) if WILD.search(pattern) else (pattern, pattern)
    heads, tails = (first, begin), (last, rest.partition("]")[2] if "]" in rest else rest)
    return _one_in_other(heads, str.startswith) and _one_in_other(tails, str.endswith)


def _one_in_other(texts: tuple[str, str], holds: Callable[[str, str], bool]) -> bool:
    return holds(texts[0], texts[1]) or holds(texts[1], texts[0])
