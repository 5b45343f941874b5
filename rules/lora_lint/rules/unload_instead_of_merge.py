"""LL121: an adapter is loaded and taken off again, and the base model is saved as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Folded, Fused, Merged, Unloaded, WeightsPut
from lora_lint.lifecycle.events.training import Resized, Trained
from lora_lint.lifecycle.records import Sure, Token
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, maker, merge_of
from lora_lint.rules.wording import place_text

UNLOAD, MERGE = "unload", "merge_and_unload"
MERGING = (f".{MERGE}", ".merge_adapter", ".merge", ".fuse_lora", ".add_weighted_adapter")
CHANGING = (Merged, Folded, Fused, Resized, WeightsPut, Trained)  # the base model is then another than it was
GENERATES = ("LM", "LMHeadModel", "ForConditionalGeneration")  # `unload()` keeps the head that an adapter brought along
# by these words a script says that it is the base model that it wants
MEANT = re.compile(
    "base|orig|backbone|foundation|plain|vanilla|raw|bare|clean|pristine|strip|without|no_?(adapter|lora|peft)"
    "|restor|revert|remov|detach|reset",
    re.IGNORECASE,
)


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """A script that merges nothing, and saves what `unload()` gave of an adapter that it has loaded, and not that."""
    if lifecycle.has(*CHANGING) or lifecycle.mentioned.calls(*MERGING):
        return
    for events in by_site(certain(lifecycle.of(Saved))).values():
        for save in events:
            tokens = _taken_off(save)
            unload = merge_of(lifecycle, save) if tokens else None
            if isinstance(unload, Event) and isinstance(unload.facts, Unloaded) and not unload.facts.emptied:
                if not _kept_beside(lifecycle, save) and not _meant(lifecycle, unload, save):
                    yield _report(lifecycle, unload, save, tokens)
                    break


def _taken_off(save: Event[Saved]) -> tuple[Token, ...]:
    """The adapters without which a model that generates is saved, where all of them were loaded."""
    if save.oid is None or not save.facts.full or save.facts.emptied:
        return ()
    life, base = save.life, save.life.base(save.oid)
    if base.merged or not base.cls.endswith(GENERATES):
        return ()
    records = [(life.adapters.get(life.canonical(token)[0]), life.content(token)) for token in base.stripped]
    loaded = all(record is not None and record.origin == "loaded" for record, _ in records)
    return base.stripped if loaded and all(content.trained is Sure.NO for _, content in records) else ()


def _kept_beside(lifecycle: Lifecycle, save: Event[Saved]) -> bool:
    """Both parts are saved, each by itself."""
    ids = {id for ending in lifecycle.after(save) for id in ending.events}
    return any(e.facts.adapters and e.id in ids and e.site != save.site for e in lifecycle.of(Saved))


def _meant(lifecycle: Lifecycle, unload: AnyEvent, save: Event[Saved]) -> bool:
    """Does the script say in the lines that lead to either that it wants the base model?"""
    for event in (unload, save):
        if any(MEANT.search(lifecycle.rows_of(site)) for site in (*(call.site for call in event.path), event.site)):
            return True
    place = save.facts.place
    return place is not None and any(
        isinstance(atom, str) and MEANT.search(atom) for segment in place.segments for atom in segment
    )


def _report(lifecycle: Lifecycle, unload: AnyEvent, save: Event[Saved], tokens: tuple[Token, ...]) -> Report:
    message = (
        f"{UNLOAD}() takes the adapter off without its weights, and {place_text(lifecycle, save)} gets the base model "
        f"as it was, for which no adapter has to be loaded; {MERGE}() folds it in"
    )
    put = maker(lifecycle, save.life.canonical(tokens[0])[0])
    story = [Step(put.site, "the adapter is loaded here")] if put is not None else []
    story.append(Step(save.site, "the base model is saved here"))
    return Report(unload.site, message, "warning", "medium", tuple(story), facts=unload.site)


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: other weights are saved from then on."""
    from lora_lint.fixes.attributes import rename_in

    return rename_in(editor, report.facts, UNLOAD, MERGE, safe=False)


RULE = Rule(
    "LL121",
    "unload-instead-of-merge",
    "an adapter is loaded and taken off again, and the base model is saved as it was",
    (Unloaded,),
    check,
    fix,
    preview=True,
    all_paths=True,
)
