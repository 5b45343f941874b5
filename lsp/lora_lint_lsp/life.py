"""Reads a trace: which state a model is in at a place, what happens to it line by line, what each save writes.

Rows and columns count from 1, in characters, as everywhere in lora-lint. The words are the trace's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lora_lint_lsp.target import Trace

# The phase that an event leaves, where no later event shows it.
PHASES = {"wrapped": "untrained", "added": "untrained", "loaded": "trained", "trained": "trained", "merged": "merged"}


class Where(NamedTuple):
    """A place in a script; `cell` from 1 in notebooks."""

    filename: str
    cell: int | None
    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, cell: int | None, row: int, column: int) -> bool:
        return self.cell == cell and self.start <= (row, column) <= self.end


class State(NamedTuple):
    """What an expression that holds a model was seen to hold, a text for each path that differs."""

    where: Where
    texts: tuple[str, ...]


class Writes(NamedTuple):
    """What a save writes on one path: files by directory, and the condition of the path."""

    directories: Mapping[str, tuple[str, ...]]
    condition: str
    hub: bool
    adapter: bool
    sure: bool


class Save(NamedTuple):
    """A save site, with what it writes on each path that differs."""

    where: Where
    writes: tuple[Writes, ...]


class Step(NamedTuple):
    """Something that happens to a model at a place; `before` are the states it was seen in just before."""

    where: Where
    kind: str
    model: int  # of which life, from 1
    before: tuple[str, ...]
    after: tuple[str, ...]
    condition: str
    saves: tuple[Writes, ...]
    phase: str  # of the model afterwards, in one word that has a colour: plain, untrained, trained, merged, emptied
    words: str  # for its kind
    writing: bool  # is it a save?


class Life:
    """The lives of the models of one script, as one file of it sees them."""

    def __init__(self, trace: Trace, filename: str) -> None:
        self.trace = trace
        self.filename = filename

    def states(self) -> Iterator[State]:
        """Every expression of the file that holds a model."""
        for item in self.trace["states"]:
            if item["filename"] == self.filename:
                yield State(_where(item), tuple(item["states"]))

    def state_at(self, cell: int | None, row: int, column: int) -> State | None:
        """The innermost expression at a place that holds a model."""
        inside = [s for s in self.states() if s.where.holds(cell, row, column)]
        return max(inside, key=lambda s: (s.where.start, tuple(-n for n in s.where.end)), default=None)

    def saves(self) -> list[Save]:
        """The save sites of the file, in order."""
        return [
            Save(_where(site), _distinct(site["predictions"]))
            for site in self.trace["sites"]
            if site["filename"] == self.filename
        ]

    def save_at(self, cell: int | None, row: int, column: int) -> Save | None:
        """The save at a place."""
        here = [s for s in self.saves() if s.where.holds(cell, row, column)]
        return here[-1] if here else None

    def next_save(self, cell: int | None, row: int, column: int) -> Save | None:
        """The next save below a place, if all saves of the file are of one model's life."""
        below = [s for s in self.saves() if (s.where.cell or 0, s.where.start) > (cell or 0, (row, column))]
        lives = {step.model for step in self.steps() if step.kind != "trainer"}
        return below[0] if below and len(lives) == 1 else None

    def steps(self) -> list[Step]:
        """What happens in the file, in the order in which it first happens; what happens again is said once."""
        lives = _lives(self.trace["events"])
        found: dict[tuple[str, Where, int], Step] = {}
        for index, event in enumerate(self.trace["events"]):
            if event["silent"] or event["filename"] != self.filename or "model" not in event:
                continue
            where = _where(event)
            model = lives[event["model"]["label"]]
            key = (event["kind"], where, model)
            known = found.get(key)
            before = (*(known.before if known else ()), event["model"]["state"])
            after = (*(known.after if known else ()), *self._after(index))
            found[key] = Step(
                where,
                event["kind"],
                model,
                tuple(dict.fromkeys(before)),
                tuple(dict.fromkeys(after)),
                known.condition if known else condition(event["conditions"]),
                known.saves if known else self._writes(event, where),
                self._phase(index),
                event["words"],
                event["saves"],
            )
        trained = {(s.model, s.where.cell, s.where.start[0]) for s in found.values() if s.kind == "trained"}
        handed = [s for s in found.values() if s.kind == "trainer"]
        idle = [s for s in handed if (s.model, s.where.cell, s.where.start[0]) in trained]  # that it trains says more
        return [step for step in found.values() if step not in idle]

    def _after(self, index: int) -> list[str]:
        """The state that an event leaves: what the next event of that model, or the name it is bound to, shows."""
        event = self.trace["events"][index]
        later = self._later(index)
        if later is not None:
            return [str(later["state"])]
        if not event.get("result"):
            return []
        where = _where(event)
        for state in self.states():  # the name that the result is bound to, left of the call
            bound = state.where
            if (bound.cell, bound.start[0]) == (where.cell, where.start[0]) and bound.end <= where.start:
                return list(state.texts)
        return []

    def _phase(self, index: int) -> str:
        event = self.trace["events"][index]
        later = self._later(index)
        return str(later["phase"]) if later is not None else PHASES.get(event["kind"], event["model"]["phase"])

    def _later(self, index: int) -> Mapping[str, Any] | None:
        """The model that an event leaves behind, as the next event that meets it does."""
        event = self.trace["events"][index]
        label = event.get("result") or event["model"]["label"]
        models = (later.get("model") or {} for later in self.trace["events"][index + 1 :])
        return next((model for model in models if model.get("label") == label), None)

    def _writes(self, event: Mapping[str, Any], where: Where) -> tuple[Writes, ...]:
        if not event["saves"]:
            return ()
        return next((save.writes for save in self.saves() if save.where == where), ())


def _lives(events: list[dict[str, Any]]) -> dict[str, int]:
    """Which life, from 1, each model label belongs to: wrapping and merging go on with the same life."""
    life: dict[str, int] = {}
    for event in events:
        label = event.get("model", {}).get("label")
        if label is None:
            continue
        own = life.setdefault(label, len(set(life.values())) + 1)
        result = event.get("result")
        if result is not None and life.get(result, own) != own:
            other = life[result]
            life = {name: own if number == other else number for name, number in life.items()}
        elif result is not None:
            life[result] = own
    order = {number: place for place, number in enumerate(dict.fromkeys(life.values()), 1)}
    return {label: order[number] for label, number in life.items()}


def _where(item: Mapping[str, Any]) -> Where:
    return Where(item["filename"], item["cell"], (item["row"], item["column"]), (item["end_row"], item["end_column"]))


def _distinct(predictions: list[dict[str, Any]]) -> tuple[Writes, ...]:
    found: dict[str, Writes] = {}
    for item in predictions:
        directories = {place: tuple(names) for place, names in item["directories"].items()}
        found.setdefault(
            repr(directories),
            Writes(directories, condition(item["conditions"]), item["hub"], item["adapter"], item["sure"]),
        )
    return tuple(found.values())


def condition(conditions: list[dict[str, Any]]) -> str:
    """The conditions of a path as text; empty where there are none."""
    tests = dict.fromkeys(c["test"] if c["holds"] else f"not ({c['test']})" for c in conditions if c["test"])
    return " and ".join(tests)
