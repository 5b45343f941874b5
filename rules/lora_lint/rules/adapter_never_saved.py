"""LL105: training ends, and no save follows at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import ConfigSaved, Expected, Removed, Saved, SavedBeside
from lora_lint.lifecycle.events.models import Created, Loaded
from lora_lint.lifecycle.events.script import Recorded
from lora_lint.lifecycle.events.training import Measured, Tested, Trained
from lora_lint.lifecycle.records import Adapter, Oid, Site
from lora_lint.lifecycle.trace import Ending, Event, Lifecycle
from lora_lint.rules._elsewhere import told_elsewhere
from lora_lint.rules._never_reached import never_reached
from lora_lint.rules._trained_on import trained_on
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import certain, maker, steps_behind, trained_and_lost
from lora_lint.rules.wording import name_in, place_text

LOOKED_AT = (Created, Loaded, Expected, Tested, Recorded, Measured)  # what is saved, or trained, is tried out
AVERAGES = ("sum", "statistics.mean", "statistics.fmean", "statistics.stdev", "numpy.mean", "numpy.std")
WHAT, WHERE = {"output", "save"}, {"dir", "directory", "folder", "path"}  # in the name of an option


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """An adapter trained here that is nowhere in any ending, where no other rule speaks of how it was lost."""
    if lifecycle.has(Measured) or lifecycle.tries:
        return  # what is wanted is how much memory the training takes, or that it runs
    lost = list(_lost(lifecycle))
    further = list(trained_on(lifecycle))
    if not lost and not further:
        return  # as in most scripts: nobody else needs to be asked
    spoken = told_elsewhere(lifecycle)
    reported: set[Site] = set()
    trainings = certain(lifecycle.of(Trained))
    for ending, adapter, record in lost:
        last = _last(trainings, ending, adapter) if record.site not in spoken else None
        if (
            last is None
            or last.facts.compiled_at is not None
            or last.site in reported
            or not _lost_in_all(lifecycle, trainings, last, adapter)
            or _outdone(lifecycle, ending, adapter)
            or _thrown_away(lifecycle, ending, last, adapter)
            or _only_tried(last)
            or _copy_tried(trainings, last, record)
            or _results_wanted(lifecycle, last, adapter, _several(lifecycle, trainings, last))
        ):
            continue
        reported.add(last.site)
        yield _report(lifecycle, last, adapter)
    for last, adapter, save in further:
        if last.site not in reported and not _only_tried(last) and last.life.adapters[adapter].site not in spoken:
            reported.add(last.site)
            yield _report_trained_on(lifecycle, last, adapter, save)


def _lost(lifecycle: Lifecycle) -> Iterator[tuple[Ending, Oid, Adapter]]:
    """Adapters that were trained and are kept nowhere, by the ending that shows it."""
    for ending in lifecycle.endings:
        if ending.how != "raise" and not ending.crashed and not ending.weak:
            for adapter, record in ending.life.adapters.items():
                if not record.trial and trained_and_lost(ending, adapter):
                    yield ending, adapter, record


def _last(trainings: list[Event[Trained]], ending: Ending, adapter: Oid) -> Event[Trained] | None:
    found = [e for e in trainings if e.id in ending.events and adapter in e.facts.adapters]
    return found[-1] if found else None


def _lost_in_all(lifecycle: Lifecycle, trainings: list[Event[Trained]], last: Event[Trained], adapter: Oid) -> bool:
    """Certain or silent: no ending behind the training keeps it, whatever was saved in earlier rounds of its loop."""
    if lifecycle.blurred and any(e.id > last.id and adapter in e.facts.adapters for e in certain(lifecycle.of(Saved))):
        return False  # which endings lie behind which training was not kept apart
    rounds = [e for e in trainings if (e.site, e.path) == (last.site, last.path) and adapter in e.facts.adapters]
    endings = [ending for event in rounds for ending in lifecycle.after(event) if adapter in ending.life.adapters]
    return bool(endings) and all(trained_and_lost(ending, adapter) for ending in endings)


def _thrown_away(lifecycle: Lifecycle, ending: Ending, last: Event[Trained], adapter: Oid) -> bool:
    """What was saved to a temporary directory is looked at there. Or the trainer has left checkpoints, and the script
    removes them: it wanted what was measured. Where it saves the adapter by itself and nothing is done with that, it
    wanted the adapter."""
    saves = [e for e in _saves_behind(lifecycle, last, adapter) if e.id in ending.events and not e.facts.implicit]
    first = saves[0].id if saves else last.id
    behind = [event for event in lifecycle.of(*LOOKED_AT) if event.id > first and event.id in ending.events]
    for save in saves:
        if save.facts.place is not None and save.facts.place.temporary:
            return any(save.facts.place in event.life.disk for event in behind)
    if last.facts.how != "trainer" or not last.facts.checkpoints or (saves and not behind):
        return False
    return any(event.id > last.id and event.id in ending.events for event in lifecycle.of(Removed))


def _only_tried(last: Event[Trained]) -> bool:
    """A trainer that is to write no checkpoints, in a directory for what is not kept, or steps on random numbers: does
    it run at all, and how fast?"""
    place = last.facts.output_dir
    return last.facts.made_up or (
        last.facts.how == "trainer" and not last.facts.checkpoints and place is not None and place.passing
    )


def _copy_tried(trainings: list[Event[Trained]], last: Event[Trained], record: Adapter) -> bool:
    """A copy is trained to find a learning rate, say, and then the original is."""
    return any(event.id > last.id and record.copy_of in event.facts.adapters for event in trainings)


def _several(lifecycle: Lifecycle, trainings: list[Event[Trained]], last: Event[Trained]) -> bool:
    """Is another adapter trained in each round of a loop, and something averaged? Of a search the best is wanted."""
    if not lifecycle.mentioned.calls(*AVERAGES):
        return False
    rounds = {e.id: e.facts.adapters for e in trainings if (e.site, e.path) == (last.site, last.path)}
    return any(len({rounds[i] for i in ending.events & rounds.keys()}) > 1 for ending in lifecycle.endings)


def _results_wanted(lifecycle: Lifecycle, last: Event[Trained], adapter: Oid, several: bool) -> bool:
    """An experiment: how good the trained model is was tried out, and is written down, or averaged over
    `several` rounds (cross-validation), and nothing else is wanted."""
    if any(event.id > last.id for event in lifecycle.of(ConfigSaved, SavedBeside)) or _place_forgotten(lifecycle):
        return False
    if never_reached(lifecycle):
        return False
    tests = [e for e in lifecycle.of(Tested) if e.id > last.id and e.oid is not None and adapter in e.life.held(e.oid)]
    return bool(tests) and (several or any(event.id > last.id for event in lifecycle.of(Recorded)))


def _place_forgotten(lifecycle: Lifecycle) -> bool:
    """There is an option for where the model is to go, and nothing reads it."""
    words = (set(option.split("_")) for option in lifecycle.mentioned.unread_options())
    return any(not word.isdisjoint(WHAT) and not word.isdisjoint(WHERE) for word in words)


def _outdone(lifecycle: Lifecycle, ending: Ending, adapter: Oid) -> bool:
    """Made in one round of a search, and another round's, which scored better, was saved."""
    site = ending.life.adapters[adapter].site
    for save in lifecycle.of(Saved):
        if save.facts.chosen and save.id in ending.events and save.oid in save.life.models:
            rounds = [save.life.adapters[oid].site for oid in save.life.held(save.oid) if oid != adapter]
            if site in rounds:
                return True
    return False


def _passing_over(lifecycle: Lifecycle, training: Event[Trained], adapter: Oid) -> Event[Saved] | None:
    """A save behind the training whose `selected_adapters` leaves the adapter out."""
    for save in certain(lifecycle.of(Saved)):
        if save.id > training.id and save.facts.selected is not None and save.oid is not None:
            if adapter in save.life.held(save.oid) and adapter not in save.facts.adapters:
                return save
    return None


def _saves_behind(lifecycle: Lifecycle, training: Event[Trained], adapter: Oid) -> list[Event[Saved]]:
    return [e for e in certain(lifecycle.of(Saved)) if e.id > training.id and adapter in e.facts.adapters]


def _gone(lifecycle: Lifecycle, training: Event[Trained], adapter: Oid) -> tuple[Event[Saved], Step] | None:
    """A save of the adapter behind the training, and what removes its directory again."""
    for save in _saves_behind(lifecycle, training, adapter):
        place = save.facts.place
        if save.facts.implicit or place is None:
            continue
        if place.temporary:
            return save, Step(training.site, "trained here; the directory is removed at the end of its `with`")
        for removal in lifecycle.of(Removed):
            at = removal.facts.place
            if removal.id > save.id and (at.same(place) or place.under(at)):
                return save, Step(removal.site, "and removed here")
    return None


def _report(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid) -> Report:
    name = name_in(event, adapter)
    trainer = event.facts.how == "trainer"
    save = _passing_over(lifecycle, event, adapter)
    story: tuple[Step, ...] = ()
    why = "no checkpoint is written, and no save follows" if trainer else "no save follows"
    gone = _gone(lifecycle, event, adapter)
    if gone is not None:
        message = (
            f"adapter {name} is trained and saved here only, in a directory that is removed again: nothing is left"
        )
        return Report(gone[0].site, message, "error", "high", (gone[1],), facts=(lifecycle, event, adapter))
    unknown = save.facts.misnamed if save is not None else ()
    if save is not None and unknown:
        why = f"the save to {place_text(lifecycle, save)} raises ValueError"
        story = (Step(save.site, f"`selected_adapters` names {unknown[0]!r}, and no adapter is called so"),)
    elif save is not None:
        why = f"the save to {place_text(lifecycle, save)} leaves it out"
        story = (Step(save.site, f"`selected_adapters` does not name {name}"),)
    elif steps := never_reached(lifecycle):
        why, story = "the test before the save never lets it happen", steps
    message = f"adapter {name} is trained here and saved nowhere: {why}"
    severity = "error" if save is None or unknown else "warning"  # it may be meant
    return Report(event.site, message, severity, "high", story, facts=(lifecycle, event, adapter))


def _report_trained_on(lifecycle: Lifecycle, event: Event[Trained], adapter: Oid, save: Event[Saved]) -> Report:
    message = (
        f"adapter {name_in(event, adapter)} is trained on here, and no save follows: {place_text(lifecycle, save)} "
        "holds it as it was before"
    )
    story = (Step(save.site, "saved here, before this training"),)
    return Report(event.site, message, "error", "high", story, facts=(lifecycle, event, adapter))


def fix(report: Report, editor: Any) -> Any:
    """Safe: only adds. A save that leaves the adapter out takes it in; else one is made behind the training, or
    beside what the script saves there, unless that has a whole model with it: `from_pretrained` of the directory would
    put the adapter on top of that one."""
    from lora_lint.fixes.after_training import save_after
    from lora_lint.fixes.arguments import add_to_list

    lifecycle, training, adapter = report.facts
    save, name = _passing_over(lifecycle, training, adapter), training.life.adapters[adapter].name
    if save is not None and save.facts.misnamed:
        return None
    if save is not None and isinstance(name, str):
        taken_in = add_to_list(editor, save.site, "selected_adapters", name)
        if taken_in is not None:
            return taken_in
    taken = {save.facts.place for save in lifecycle.of(Saved) if save.facts.full}
    later = (event for event in lifecycle.of(ConfigSaved, SavedBeside) if event.id > training.id)
    beside = [event for event in later if event.facts.place not in taken]
    steps = steps_behind(lifecycle, training, adapter)
    return save_after(editor, training, maker(lifecycle, adapter), steps, adapter, beside)


RULE = Rule(
    "LL105", "adapter-never-saved", "an adapter is trained and never saved", (Trained,), check, fix, all_paths=True
)
