"""LL120: an adapter is saved where another one was saved before, of which nothing else is left."""

from __future__ import annotations

from collections.abc import Iterator

from lora_lint.lifecycle.events.disk import Expected, Removed, Saved
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.script import Recorded
from lora_lint.lifecycle.events.training import Tested, Trained
from lora_lint.lifecycle.places import Place, usually
from lora_lint.lifecycle.records import Keeping, Oid, Sure, Token
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain
from lora_lint.rules.wording import name_in, shown

LOOKED_AT = (Loaded, Expected, Removed, Tested, Recorded)  # what was saved has served its purpose then
# what may take a directory elsewhere, or use it, by its path alone
ELSEWHERE = (
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
    "os.system", "os.rename", "os.replace", "shutil.copytree", "shutil.move", "shutil.copy", "shutil.make_archive",
    ".upload_folder", ".upload_large_folder", ".upload_file", ".log_artifact", ".log_artifacts", ".add_dir", ".rename",
    "huggingface_hub.upload_folder",
)  # fmt: skip


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Saves over another adapter that was made and trained here: in each round of a loop, or further on."""
    if lifecycle.mentioned.calls(*ELSEWHERE):
        return
    saves = [event for event in certain(lifecycle.of(Saved)) if _counts(lifecycle, event)]
    for site, events in by_site(saves).items():
        for event in events:
            first = next((earlier for earlier in saves if _lost_by(lifecycle, earlier, event)), None)
            if first is not None:
                yield _report(site, first, event)
                break


def _counts(lifecycle: Lifecycle, save: Event[Saved]) -> bool:
    """A save to a directory that is known, of one adapter that was made and trained here, whenever that is trained."""
    facts = save.facts
    if len(facts.tokens) != 1 or facts.full or facts.lost or facts.chosen or _place(save) is None:
        return False
    adapter, _ = token = save.life.canonical(facts.tokens[0])
    record = save.life.adapters[adapter]
    if record.origin != "created" or record.copy_of is not None or record.trial or record.sources:
        return False
    return save.life.content(token).trained is Sure.YES and _whenever_trained(lifecycle, save, token)


def _whenever_trained(lifecycle: Lifecycle, save: Event[Saved], token: Token) -> bool:
    """A test between the training and the save may let one round of a loop through."""
    at = save.life.content(token).trained_at
    trainings = [e for e in lifecycle.of(Trained) if e.site == at and e.id < save.id and token[0] in e.facts.adapters]
    return bool(trainings) and set(save.conditions) <= set(trainings[-1].conditions)


def _place(save: Event[Saved]) -> Place | None:
    """Where the adapter's files go, as long as options keep their defaults."""
    place = save.facts.files[0].place if save.facts.files else None
    if place is None or place.hub or place.temporary or place.passing:
        return None
    place = usually(place)
    return place if place.literal is not None else None


def _lost_by(lifecycle: Lifecycle, first: Event[Saved], second: Event[Saved]) -> bool:
    """Does the second save take the place of the first, and is nothing else left of what that has saved?"""
    place = _place(first)
    token, other = (save.life.canonical(save.facts.tokens[0]) for save in (first, second))
    if first.id >= second.id or place is None or place != _place(second) or token[0] == other[0]:
        return False
    assert second.oid is not None
    base = second.life.base(second.oid)
    if base.merged or base.stripped or token[0] in base.layers:  # one goes on from the other
        return False
    endings = [ending for ending in lifecycle.after(second) if first.id in ending.events]
    return (
        bool(endings)
        and all(
            _is_only_at(kept.place, place, kept.how)
            for ending in endings
            for each, content in ending.life.contents.items()
            if each[0] == token[0] and content.trained is Sure.YES
            for kept in content.kept
        )
        and not any(_between(lifecycle, first, second, token[0], place))
    )


def _is_only_at(kept: Place | None, place: Place, how: Keeping) -> bool:
    return how is Keeping.KEPT and kept is not None and usually(kept) == place


def _between(lifecycle: Lifecycle, first: AnyEvent, second: AnyEvent, adapter: Oid, place: Place) -> Iterator[bool]:
    """Is the first adapter loaded, looked at or evaluated before the second is saved? The evaluation of another one is
    none of it."""
    for event in lifecycle.of(*LOOKED_AT):
        if first.id < event.id < second.id:
            if isinstance(event.facts, Tested) and event.oid is not None and adapter not in event.life.held(event.oid):
                continue
            at = getattr(event.facts, "place", None)
            yield at is None or usually(at) == place or usually(at).under(place) or place.under(usually(at))


def _report(site: object, first: Event[Saved], second: Event[Saved]) -> Report:
    token = second.facts.tokens[0]
    where = shown(_place(second))
    if first.site == second.site:
        message = f"each round saves another adapter to {where}: only that of the last one is left"
        return Report(site, message, "error", "high")
    message = f"adapter {name_in(second, token[0])} takes the place of another one in {where}, which is lost"
    return Report(site, message, "error", "high", (Step(first.site, "the other one is saved here"),))


RULE = Rule(
    "LL120",
    "adapter-overwritten",
    "an adapter is saved over another one, which is kept nowhere else",
    (Saved,),
    check,
    preview=True,
    all_paths=True,
)
