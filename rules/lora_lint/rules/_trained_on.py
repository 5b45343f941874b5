"""An adapter that is saved, trained on in another place, and not saved again: what it learned since is lost."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.script import Recorded
from lora_lint.lifecycle.events.training import Measured, Tested, Trained
from lora_lint.lifecycle.records import Oid
from lora_lint.lifecycle.trace import Ending, Event, Lifecycle
from lora_lint.rules.questions import certain, is_only_here


def trained_on(lifecycle: Lifecycle) -> Iterator[tuple[Event[Trained], Oid, Event[Saved]]]:
    """The last training of such an adapter, and the save before it. Where results are looked at or written down behind
    it, these may be all that is wanted."""
    if lifecycle.blurred:
        return
    trainings = certain(lifecycle.of(Trained))
    for save in certain(lifecycle.of(Saved)):
        for adapter in () if save.facts.chosen or save.facts.implicit else save.facts.adapters:
            mine = [event for event in trainings if adapter in event.facts.adapters]
            before = {(event.site, event.path) for event in mine if event.id < save.id}
            later = [event for event in mine if event.id > save.id]
            if not before or not later or any((event.site, event.path) in before for event in later):
                continue  # in a loop, what comes behind a save comes before the next one
            last = later[-1]
            wanted = any(event.id > last.id for event in lifecycle.of(Tested, Recorded, Measured))
            endings = lifecycle.after(save)
            trained = last.facts.adapters  # where one of them is kept, it was trained for that one
            if endings and not wanted and all(_lost(ending, each, last) for ending in endings for each in trained):
                yield last, adapter, save


def _lost(ending: Ending, adapter: Oid, last: Event[Trained]) -> bool:
    """At the end the adapter holds what that training has made of it, and none of that is kept."""
    return adapter in ending.life.adapters and last.id in ending.events and is_only_here(ending.life, adapter)
