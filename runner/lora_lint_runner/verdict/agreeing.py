"""What was predicted to happen to models against what happened, line by line, in the one vocabulary of `--trace`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lora_lint_runner.verdict.comparing import Executed, Span

KINDS = frozenset(
    (
        "created",
        "wrapped",
        "added",
        "loaded",
        "activated",
        "deleted",
        "trained",
        "merged",
        "unloaded",
        "saved",
        "weights_saved",
    )
)
PARTS = {"merged": ("merged_copy_saved",), "saved": ("merged_copy_saved",)}  # one call does both
PARTED = ("parallel", "sharded")  # wrappers that nobody puts around a model in one process without a GPU


class Line(NamedTuple):
    """One line and what happened there: the states that were predicted for the model just before, and the one seen.

    `agrees` is None where the prediction leaves it open; `untrained` says that the two differ in nothing but that an
    adapter was to be trained and is not.
    """

    filename: str
    row: int
    kind: str
    predicted: list[str]
    observed: str | None
    agrees: bool | None
    untrained: bool = False


def agree(trace: Mapping[str, Any], events: Sequence[Mapping[str, Any]], executed: Executed) -> list[Line]:
    """Each line of an observed event, once."""
    foreseen: dict[tuple[str, str], list[tuple[Span, Mapping[str, Any]]]] = {}
    followed = {executed(trace["filename"], None, 1)[0]} if trace.get("filename") else set()
    for event in trace.get("events", []):
        span = Span.of(event, executed)
        foreseen.setdefault((span.filename, event["kind"]), []).append((span, event))
        followed.add(span.filename)
    unseen = [span for (_, kind), spans in foreseen.items() if kind == "handed" for span, _ in spans]
    found: dict[tuple[str, int, str], Line] = {}
    for event in events:
        name, row, kind = event.get("filename"), event.get("row"), event["kind"]
        if name is None or row is None or kind not in KINDS or event.get("error") or not event.get("own", True):
            continue
        told = _told(foreseen, name, row, kind)
        inner = [call for call in event.get("calls", ()) if call.get("filename") and "files" in call]
        if not told and inner:  # it was done in lines of the script that are known
            continue
        line = _compared(name, row, event, told)
        handed = any(span.holds(call) for call in (event, *event.get("calls", ())) for span in unseen)
        unnamed = kind == "trained" and not event.get("model")  # of which model it was is not seen either
        either = kind == "loaded" and any(not _known(e) for e in _told(foreseen, name, row, "created"))
        if not told and (name not in followed or handed or unnamed or either or not event.get("sure", True)):
            line = line._replace(agrees=None)
        known = found.get((name, row, kind))
        # a loop that gathers gradients may come to a line before its first step, too
        later = known is not None and known.untrained and line.agrees is True
        if known is None or later or (known.agrees is not False and line.agrees is False):
            found[name, row, kind] = line
    return list(found.values())


def _told(
    foreseen: Mapping[tuple[str, str], Sequence[tuple[Span, Mapping[str, Any]]]], name: str, row: int, kind: str
) -> list[Mapping[str, Any]]:
    """The events of a kind that were foreseen for a line."""
    return [
        event
        for k in (kind, *PARTS.get(kind, ()))
        for span, event in foreseen.get((name, k), ())
        if span.row <= row <= span.end
    ]


def _known(foreseen: Mapping[str, Any]) -> bool:
    """Is it known what the model of an event is? One that a library has loaded may be an adapter's."""
    return not foreseen.get("model") or bool(foreseen["model"]["form"]["known"])


def _compared(name: str, row: int, event: Mapping[str, Any], told: Sequence[Mapping[str, Any]]) -> Line:
    seen = event.get("model")
    created = event["kind"] == "created"
    observed = _state(seen) if seen else event.get("result_kind") if created else None
    models = [e["model"] for e in told if e.get("model")]
    predicted = list(dict.fromkeys(_state(m) for m in models))
    agrees: bool | None = None
    untrained = False
    if not told:
        agrees = False
    elif created:  # the state is that of what it makes; a stand-in may be another class
        agrees = True if any(m["form"]["what"] == event.get("result_what") for m in models) else None
    elif seen is None:
        agrees = None
    elif any(e["kind"] != event["kind"] for e in told):
        agrees = True
    elif models and all(map(_known, told)):
        # a loop's model is seen where it answers, inside of what torch.compile has put around it
        around = (*PARTED, "compiled") if event["kind"] == "trained" else PARTED
        agrees = any(_same(m, seen, around) for m in models)
        untrained = not agrees and any(_same(m, _as_trained(m, seen), around) for m in models)
    return Line(name, row, event["kind"], predicted, observed, agrees, untrained)


def _as_trained(predicted: Mapping[str, Any], seen: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was seen, as if every adapter that was to be trained had been."""
    told = {a["name"] for a in predicted["adapters"] if a["trained"] == "yes"}
    return {**seen, "adapters": [{**a, "trained": a["trained"] or a["name"] in told} for a in seen["adapters"]]}


def _state(model: Mapping[str, Any]) -> str:
    adapters = ", ".join(f"{a['name']}: {_word(a['trained'])}" for a in model["adapters"])
    return f"{model['kind']} · {adapters}" if adapters else str(model["kind"])


def _word(trained: Any) -> str:
    return {True: "trained", "yes": "trained", False: "untrained", "no": "untrained"}.get(trained, "perhaps trained")


def _same(predicted: Mapping[str, Any], seen: Mapping[str, Any], around: Sequence[str]) -> bool:
    """One state? Classes may be told more or less exactly, and what is left open fits anything."""
    if _form(predicted["form"], around) != _form(seen["form"], around):
        return False
    told = {a["name"]: a for a in predicted["adapters"]}
    for adapter in seen["adapters"]:
        trained = told.get(adapter["name"], {}).get("trained")
        if adapter.get("as_loaded") and told.get(adapter["name"], {}).get("origin") == "loaded":
            continue  # from a place that the script computes: that it has saved there itself, only a run can tell
        if adapter["trained"] is not None and trained in ("yes", "no") and (trained == "yes") != adapter["trained"]:
            return False
    return True


def _form(form: Mapping[str, Any], around: Sequence[str]) -> tuple[str, list[str]]:
    """What a model is, without the wrappers that only one of the two sides tells."""
    return form["what"], [wrapper for wrapper in form["wrappers"] if wrapper not in around]
