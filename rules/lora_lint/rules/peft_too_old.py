"""LL503: the project asks for a release of peft in which what the script does goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lora_lint.lifecycle.events.disk import Saved
from lora_lint.lifecycle.events.models import Overridden
from lora_lint.lifecycle.events.script import Requires
from lora_lint.lifecycle.records import Config, Sure
from lora_lint.lifecycle.trace import Asked, Event, Lifecycle
from lora_lint.rules import state_dict_override
from lora_lint.rules._embeddings import covers
from lora_lint.rules.base import Report, Rule
from lora_lint.rules.questions import by_site, certain

LEAVES_EMBEDDINGS_OUT = ">=0.9,<0.12"  # seen with 0.9.0 to 0.11.1; 0.8 and 0.12 put resized embeddings into the file


def check(lifecycle: Lifecycle) -> Iterator[Report]:
    """Pins and lower bounds that let in a release which loses the adapter, and pins to one that lacks what is used."""
    yield from _bound(lifecycle, state_dict_override.FILTERS_TWICE, state_dict_override.filtered_twice(lifecycle))
    yield from _bound(lifecycle, LEAVES_EMBEDDINGS_OUT, _embeddings(lifecycle))
    yield from _lacking(lifecycle)


def _pin(asked: Asked) -> str:
    return f"peft{asked.specifier} ({asked.place})"


def _bound(lifecycle: Lifecycle, releases: str, reports: Iterator[Report]) -> Iterator[Report]:
    """Losses in silence: told also where the project merely allows such a release."""
    asked = lifecycle.runs_with("peft", releases)
    if not asked.pinned or asked.sure is Sure.NO:
        return
    certainly = asked.sure is Sure.YES
    head = f"{_pin(asked)} is too old for this" if certainly else f"{_pin(asked)} allows a release too old for this"
    severity, confidence = ("error", "high") if certainly else ("warning", "medium")
    for report in reports:
        yield report._replace(message=f"{head}: {report.message}", severity=severity, confidence=confidence)


def _embeddings(lifecycle: Lifecycle) -> Iterator[Report]:
    """Saves of a model whose embedding was resized and then trained as it is."""
    for site, events in by_site(certain(lifecycle.of(Saved))).items():
        bad = [event for event in events if _leaves_out(event) and not lifecycle.guarded(event, "peft")]
        if bad and len(bad) == len(events):
            message = (
                "the resized embedding is trained, and peft 0.9 to 0.11 does not put it into the adapter file; "
                "save_embedding_layers=True does, and so does peft>=0.12"
            )
            yield Report(site, message, facts=("embeddings", bad[0]))


def _leaves_out(event: Event[Saved]) -> bool:
    if event.oid is None or not event.facts.adapters or event.facts.with_embeddings is True:
        return False
    base = event.life.base(event.oid)
    configs = [event.life.adapters[adapter].config for adapter in event.facts.adapters]
    known = [config for config in configs if isinstance(config, Config)]
    opened = base.resized_at is not None and base.trained_at is not None
    return opened and len(known) == len(configs) and not any(covers(config) for config in known)


def _lacking(lifecycle: Lifecycle) -> Iterator[Report]:
    """What no release that the project asks for has: importing it or calling it so raises."""
    for site, events in by_site(certain(lifecycle.of(Requires))).items():
        for event in [event for event in events if event.facts.since and not lifecycle.guarded(event, "peft")][:1]:
            need = event.facts
            asked = lifecycle.runs_with("peft", f"<{need.since}")
            if asked.pinned and asked.sure is Sure.YES and _applies(lifecycle, need.others):
                message = f"{_pin(asked)} is too old for {need.what}: {need.error}; peft>={need.since} has it"
                yield Report(site, message, facts=("lacking", event))


def _applies(lifecycle: Lifecycle, needed: tuple[tuple[str, str], ...]) -> bool:
    """The other libraries that play a part are in a release in which they do; where nothing is asked, in the newest."""
    others = [lifecycle.runs_with(library, releases) for library, releases in needed]
    return all(
        other.sure is Sure.YES or (other.sure is Sure.MAYBE and not other.pinned and not other.unreleased)
        for other in others
    )


def fix(report: Report, editor: Any) -> Any:
    """Safe: the save is written so that old releases keep the adapter, too."""
    from lora_lint.fixes.arguments import set_keyword

    what, event = report.facts
    if what == "embeddings":
        message = "put the embedding into the adapter file: save_embedding_layers=True"
        return set_keyword(editor, event.site, "save_embedding_layers", "True", message, safe=True)
    return state_dict_override.fix(report, editor)


RULE = Rule(
    "LL503",
    "peft-too-old",
    "the project asks for a release of peft in which this goes wrong",
    (Saved, Overridden, Requires),
    check,
    fix,
)
