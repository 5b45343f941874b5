"""A lifecycle as plain data: what `--trace` prints, hover and lenses read, and the runner holds against the disk.

One dict a script: `version` (of this form), `filename`, `events`, `sites`, `states`, `endings`, `notes`. Rows and
columns count from 1. The kinds of events, and the words for them, are those of `lifecycle.events.kind`; what a model is
stands in its `form` (`lifecycle.forms`), and in a sentence for people in its `kind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lora_lint.lifecycle.events.disk import SAVES, Save
from lora_lint.lifecycle.events.kind import KINDS
from lora_lint.lifecycle.files import adapter_files, may_be_adapted
from lora_lint.lifecycle.forms import form_of
from lora_lint.lifecycle.life import Life
from lora_lint.lifecycle.places import Place
from lora_lint.lifecycle.records import DEFAULT, Oid, Sure
from lora_lint.lifecycle.trace import AnyEvent, Event, Lifecycle
from lora_lint.lifecycle.words import describe, path_text, phase

if TYPE_CHECKING:
    from lora_lint.engine.placing import Placer

VERSION = 1


def trace_of(filename: str, lifecycle: Lifecycle, placer: Placer) -> dict[str, Any]:
    """The trace of a lifecycle; `placer` knows where everything stands."""
    names: dict[Oid, str] = {}
    events = [_event(event, placer, names) for event in lifecycle.events]
    return {
        "version": VERSION,
        "filename": filename,
        "events": events,
        "sites": _sites(lifecycle, placer),
        "states": _states(lifecycle, placer),
        "endings": [
            {
                "how": ending.how,
                "crashed": ending.crashed,
                "adapters": [
                    {"name": name_of(record.name), "state": _kept(ending.life, oid)}
                    for oid, record in ending.life.adapters.items()
                ],
            }
            for ending in lifecycle.endings
        ],
        "notes": list(lifecycle.notes),
    }


def _where(placer: Placer, site: Any) -> dict[str, Any]:
    filename, cell, start, end = placer.span(site)
    return {
        "filename": filename,
        "row": start.row,
        "column": start.column,
        "end_row": end.row,
        "end_column": end.column,
        "cell": cell,
    }


def _event(event: AnyEvent, placer: Placer, names: dict[Oid, str]) -> dict[str, Any]:
    kind = KINDS[type(event.facts)]
    found: dict[str, Any] = {
        "id": event.id,
        "kind": kind.name,
        **_where(placer, event.site),
        "calls": [_where(placer, call.site) for call in event.path],
        "conditions": [
            {"test": placer.lifecycle.test(c.site).text, "holds": c.holds, **_where(placer, c.site)}
            for c in event.conditions
        ],
        "certain": not event.weak and not event.crashed,
        "words": kind.words,
        "saves": isinstance(event.facts, SAVES),
        "silent": kind.silent,
    }
    if event.oid is not None and event.oid in event.life.models:
        label = names.setdefault(event.oid, f"m{len(names) + 1}")
        form = form_of(event.life, event.oid)
        found["model"] = {
            "label": label,
            "kind": form.text,
            "form": {
                "what": form.what,
                "wrappers": list(form.wrappers),
                "known": form.known and not _may_hold_adapter(event.life, event.oid),
            },
            "phase": phase(event.life, event.oid),
            "state": describe(event.life, event.oid),
            "adapters": [_adapter(event.life, adapter) for adapter in event.life.held(event.oid)],
        }
    result = getattr(event.facts, "result", None)
    if result is not None:
        found["result"] = names.setdefault(result, f"m{len(names) + 1}")
    place = getattr(event.facts, "place", None)
    if isinstance(event.facts, SAVES):
        found |= _save(event.facts)
    elif place is not None:
        found["place"] = spelled(place)
    return found


def _adapter(life: Life, oid: Oid) -> dict[str, Any]:
    record = life.adapters[oid]
    content = life.content(record.token)
    return {
        "name": name_of(record.name),
        "origin": record.origin,
        "trained": content.trained.value,
        "frozen": record.frozen.cause if record.frozen is not None else None,
        "kept": content.keeping.name.lower(),
    }


def _save(saved: Save) -> dict[str, Any]:
    return {
        "place": spelled(saved.place),
        "hub": saved.place.hub if saved.place is not None else False,
        "how": saved.how,
        "files": {spelled(f.place): list(f.names) for f in saved.files},
        "sure": all(f.sure for f in saved.files),
        "empty": bool(saved.lost),
    }


def _sites(lifecycle: Lifecycle, placer: Placer) -> list[dict[str, Any]]:
    """Each save site with the files that it writes. `certain` is false where paths disagree: that predicts nothing.
    `skipped`: on every path a test has to answer as it does not, see `Condition.unlikely`."""
    found: dict[Any, list[Event[Save]]] = {}
    for event in lifecycle.of(*SAVES):
        if not event.weak and not event.crashed:
            found.setdefault(event.site, []).append(event)
    sites = []
    for site, events in found.items():
        predictions = [_predicted(event, placer) for event in events]
        predictions += [
            _with_adapter(predictions[place], e) for place, e in enumerate(events) if _may_hold_adapter(e.life, e.oid)
        ]
        unique = [
            p for i, p in enumerate(predictions) if p["directories"] not in [q["directories"] for q in predictions[:i]]
        ]
        sites.append(
            {
                **_where(placer, site),
                "predictions": predictions,
                "certain": len(unique) == 1 and unique[0]["sure"],
                "skipped": all(any(c.unlikely for c in event.conditions) for event in events),
            }
        )
    return sorted(sites, key=lambda s: (s["filename"], s["cell"] or 0, s["row"], s["column"]))


def _predicted(event: Event[Save], placer: Placer) -> dict[str, Any]:
    return {
        "directories": {spelled(f.place): list(f.names) for f in event.facts.files},
        "hub": bool(event.facts.place is not None and event.facts.place.hub),
        "adapter": bool(event.facts.adapters) and not event.facts.lost,
        "trained": any(event.life.content(t).trained is Sure.YES for t in event.facts.tokens),
        "trained_in": _trained_in(event),
        "sure": all(f.sure for f in event.facts.files),
        "conditions": [{"test": placer.lifecycle.test(c.site).text, "holds": c.holds} for c in event.conditions],
        "how": event.facts.how,
        "model": form_of(event.life, event.oid).text if event.oid is not None else None,
    }


def _may_hold_adapter(life: Life, oid: Oid | None) -> bool:
    """Is it a model that came with an adapter, if what its library has loaded was one?"""
    return oid is not None and life.trait(oid, "may be adapted") is not None and may_be_adapted(life.base(oid))


def _with_adapter(predicted: dict[str, Any], event: Event[Save]) -> dict[str, Any]:
    """What the same save writes then: adapter files, in the place of a model's."""
    files = {spelled(f.place): [*adapter_files(f.place, DEFAULT).names] for f in event.facts.files}
    return {**predicted, "directories": files, "adapter": True, "sure": False}


def _trained_in(event: Event[Save]) -> list[str]:
    """The directories that get an adapter which was surely trained."""
    pairs = zip(event.facts.files, event.facts.tokens, strict=False)
    return [spelled(f.place) for f, token in pairs if event.life.content(token).trained is Sure.YES]


def _states(lifecycle: Lifecycle, placer: Placer) -> list[dict[str, Any]]:
    """What every read of a variable or attribute that holds a model shows: for hover and inlay hints."""
    found = []
    for site, texts in lifecycle.states.items():
        found.append({**_where(placer, site), "states": list(dict.fromkeys(texts))})
    return sorted(found, key=lambda s: (s["filename"], s["cell"] or 0, s["row"], s["column"]))


def _kept(life: Life, adapter: Oid) -> str:
    content = life.content(life.token(adapter))
    return f"{'trained' if content.trained is Sure.YES else 'untrained'}, {content.keeping.name.lower()}"


def name_of(name: object) -> str | None:
    return name if isinstance(name, str) else None


def spelled(place: Place | None) -> str:
    """A place as text, options at their defaults; `...` for what the script computes, "?" where it is not known."""
    if place is None:
        return "?"
    return path_text(place.usual or place.segments) or "."
