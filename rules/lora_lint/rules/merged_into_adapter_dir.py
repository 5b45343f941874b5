"""LL103: adapter and merged model in one directory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.disk import lying
from lora_lint.lifecycle.events.disk import MergedCopySaved, Saved
from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Written
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.rules._misplaced import elsewhere
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import condition_steps, on_condition, place_text


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The second of two saves that put an adapter and a model with that adapter folded in into one place."""
    for site, events in by_site(certain(lifecycle.of(Saved, MergedCopySaved))).items():
        bad = [(event, clash) for event in events if (clash := _clash(lifecycle, event))]
        if bad:
            good = [event for event in events if event not in [b for b, _ in bad]]
            yield _report(lifecycle, site, bad, good)


def _clash(lifecycle: Lifecycle, event: Event[Saved | MergedCopySaved]) -> tuple[Written, bool] | None:
    facts, place = event.facts, event.facts.place
    if event.oid is None or place is None:
        return None
    if isinstance(facts, MergedCopySaved):
        wanted = "adapter"
    elif facts.emptied:
        return None
    elif facts.full:
        base = event.life.base(event.oid)
        if not base.merged:
            return None
        wanted = "adapter"
    else:
        wanted = "model"
    if _is_parameter(place):
        return None  # whoever calls this function may tidy the directory up
    missing = {load.site for load in lifecycle.of(Loaded) if elsewhere(load) is not None}  # no adapter was there: LL502
    for written, sure in facts.found:
        if written.site in missing:
            continue
        if written.what == wanted and not written.temporary and (wanted == "adapter" or written.tokens):
            if all(_still_there(ending.life.disk, place, written) for ending in lifecycle.after(event)):
                return written, sure
    return None


def _is_parameter(place: Place) -> bool:
    """A directory that only a caller who is not seen knows."""
    return any(_from_caller(atom) for segment in place.segments for atom in segment)


def _from_caller(term: object) -> bool:
    return isinstance(term, tuple) and (term[:1] == ("parameter",) or any(map(_from_caller, term)))


def _still_there(disk: dict[Place, tuple[Written, ...]], place: Place, written: Written) -> bool:
    """The other save is not removed again before the script ends."""
    return any(
        entry.what == written.what and entry.site == written.site
        for other, entries in disk.items()
        if other.same(place) or other.same_by_default(place)
        for entry in lying(entries)
    )


def _report(
    lifecycle: Lifecycle,
    site: object,
    bad: list[tuple[Event[Saved | MergedCopySaved], tuple[Written, bool]]],
    good: list[Event[Saved | MergedCopySaved]],
) -> Report:
    event, (written, sure) = bad[0]
    conditions = differing([e for e, _ in bad], good)
    place = place_text(lifecycle, event)
    adapter_first = written.what == "adapter"
    what = (
        "the merged model goes where the adapter is" if adapter_first else "the adapter goes where the merged model is"
    )
    usual = "" if sure else " (as long as the options keep their defaults)"
    message = (
        f"{what}, {place}{usual}: from_pretrained of that directory applies the adapter a second time"
        f"{on_condition(lifecycle, conditions)}"
    )
    first = "the adapter is here" if adapter_first else "the merged model is written here"
    story = [Step(written.site, first), *condition_steps(lifecycle, conditions)]
    story.append(Step(site, "the merged model joins it" if adapter_first else "the adapter joins it"))
    severity = "error" if sure and not good else "warning"
    return Report(
        site, message, severity, "high" if sure else "medium", tuple(story), facts=(lifecycle, event, adapter_first)
    )


def fix(report: Report, editor: Any) -> Any:
    """Unsafe: the second of the two gets a directory of its own, so its files are elsewhere than before."""
    from lora_lint.fixes.saving import save_elsewhere
    from lora_lint.fixes.writing.paths import ADAPTER, MERGED

    _, save, adapter_first = report.facts
    return save_elsewhere(editor, save, MERGED if adapter_first else ADAPTER)


RULE = Rule(
    "LL103",
    "merged-into-adapter-dir",
    "adapter and merged model are saved to one directory",
    (Saved, MergedCopySaved),
    check,
    fix,
)
