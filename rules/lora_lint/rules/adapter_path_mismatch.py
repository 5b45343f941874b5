"""LL502: an adapter is loaded from a directory that this script has not put one into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.models import Loaded
from lora_lint.lifecycle.events.training import Trained
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import Written
from lora_lint.lifecycle.trace import Event, Lifecycle
from lora_lint.lifecycle.words import place_text
from lora_lint.rules._misplaced import elsewhere, elsewhere_by_other_runs
from lora_lint.rules.base import Report, Rule, Step
from lora_lint.rules.questions import by_site, certain, differing
from lora_lint.rules.wording import on_condition


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """The adapter lies in a folder below, or the directory holds the merged model."""
    for site, events in by_site(certain(lifecycle.of(Loaded))).items():
        bad = [
            (event, found)
            for event in events
            if (found := elsewhere(event) or elsewhere_by_other_runs(lifecycle, event)) is not None
        ]
        if bad:
            yield _report(lifecycle, site, bad, [e for e in events if e not in [b for b, _ in bad]])


def _report(
    lifecycle: Lifecycle,
    site: object,
    bad: list[tuple[Event[Loaded], tuple[Place, Written]]],
    good: list[Event[Loaded]],
) -> Report:
    event, (place, written) = bad[0]
    conditions = on_condition(lifecycle, differing([e for e, _ in bad], good))
    if written.what == "model":
        message = (
            f"{place_text(place)} holds the merged model, not the adapter: no adapter_config.json there{conditions}"
        )
        step = "the merged model is saved here"
    else:
        message = f"no adapter_config.json in this directory: the adapter is in {place_text(place)}{conditions}"
        step = "the adapter is saved here" if written.what == "adapter" else "the training leaves checkpoints here"
    facts = (lifecycle, event, place, written)
    # behind another script, the directory may have been filled by hand since
    sure = not (good or written.when) and any(other.site == written.site for other in lifecycle.events)
    return Report(site, message, "error" if sure else "warning", "high", (Step(written.site, step),), facts=facts)


def fix(report: Report, editor: Any) -> Any:
    """Safe: the adapter is loaded from where it is, or the trainer saves it there; the load raised before."""
    from lora_lint.fixes.after_training import trainer_saves
    from lora_lint.fixes.files import other_directory

    lifecycle, load, place, written = report.facts
    asked: Place = load.facts.place
    if written.what == "checkpoint":
        trained = [e for e in lifecycle.of(Trained) if e.site == written.site and e.facts.output_dir == asked]
        return trainer_saves(editor, trained[-1]) if trained else None
    if written.what == "adapter":
        return other_directory(editor, load, asked, place)
    copies = [
        p
        for p, held in load.life.disk.items()
        for w in held
        if w.what == "adapter" and set(w.tokens) & set(written.tokens)
    ]
    return other_directory(editor, load, asked, copies[-1]) if copies else None


RULE = Rule(
    "LL502", "adapter-path-mismatch", "an adapter is loaded from a directory that holds none", (Loaded,), check, fix
)
