"""What of a correction a run did not come to: nothing that was seen speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lora_lint_runner.verdict.agreeing import KINDS
from lora_lint_runner.verdict.comparing import Executed, Span
from lora_lint_runner.verdict.observed import Spot


def untried(
    changed: Iterable[tuple[Path, int | None, int, int]],
    trace: Mapping[str, Any],
    events: Sequence[Mapping[str, Any]],
    executed: Executed,
) -> list[Spot]:
    """The first lines of the corrections at which something was to happen to a model, and nothing did. `changed` are
    the lines that are new: file, cell, first and last row."""
    told = [*trace.get("sites", ()), *(e for e in trace.get("events", ()) if e["kind"] in KINDS)]
    foreseen = [Span.of(place, executed) for place in told]
    found = []
    for path, cell, first, last in changed:
        name, start = executed(str(path), cell, first)
        end = executed(str(path), cell, last)[1]
        here = [span for span in foreseen if span.filename == name and span.row <= end and start <= span.end]
        if here and not any(span.holds(spot) for span in here for event in events for spot in _spots(event)):
            found.append(Spot(str(path), first, cell))
    return found


def _spots(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The line of an event, and those of the calls that led to it."""
    return [event, *event.get("calls", ())]
