"""Each model's life as it happens: created, wrapped, added, loaded, activated, trained, merged, unloaded, deleted."""

from __future__ import annotations

import os
import weakref
from typing import Any

from ..context import Run
from . import merges
from .flat import Flat
from .moved import Moved
from .outputs import Outputs
from .state import Models, unwrapped
from .unheld import Unheld

MANY = 32  # backward passes without a step of an optimizer, for which scripts gather gradients


class Events:
    """Writes down what happens to models. Only the outermost of nested operations counts."""

    def __init__(self, run: Run, models: Models, outputs: Outputs) -> None:
        self.run, self.models, self.outputs = run, models, outputs
        self.moved = Moved(models)
        self.unheld = Unheld(models)
        self.flat = Flat()
        self.depth = 0
        self.forward = 0
        self.steps = 0
        self.backwards = 0
        self.evaluations = 0
        self.by_optimizer: dict[int, int] = {}
        self.newest: Any = None
        self.asked: weakref.ref[Any] | None = None  # the model that answered last, with gradients
        self.answered: weakref.ref[Any] | None = None  # the one that did so last, frozen or not
        self.optimizer: weakref.ref[Any] | None = None  # the newest
        self._said: set[Any] = set()
        self._backward: tuple[dict[str, Any], dict[str, Any] | None] | None = None
        self.training: list[Any] = []  # the trainers at work
        self.trainings = 0  # of trainers
        self.fast = False  # a loop only goes on to reach a save: forward and backward passes are answered from memory
        self.answers: dict[Any, Any] = {}

    def around(self, kind: str, model: Any, real: Any, *, adapters: Any = None, **facts: Any) -> Any:
        """Does an operation on a model and writes it down with the state before, and the result's label. `adapters` are
        those that a merge was asked for. What makes a stand-in is no operation of the script's."""
        stand_ins = self.run.hub
        if self.depth or self.run.met.over or (stand_ins is not None and stand_ins.busy):
            return real()
        model = self.models.owner(model)
        facts["own"] = self.run.code.asks()
        before = self.models.describe(model) if model is not None else None
        self.depth += 1
        error = None
        result = None
        merging = self._merging(model, adapters) if kind == "merged" else None
        trained = self.models.trained(model, before) if kind == "merged" and before is not None else []
        try:
            result = real()
            return result
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}".splitlines()[0][:300]
            raise
        finally:
            self.depth -= 1
            if kind in ("merged", "unloaded") and error is None and hasattr(result, "modules"):
                self.models.freed[result] = kind
                self.models.trained_in[result] = trained
                if merging is not None:
                    self.outputs.merges[result] = merging
            if _is_module(result):
                made = unwrapped(result)[0]
                facts["result"] = self.models.label(made)
                facts["result_kind"], facts["result_what"] = self.models.kind(result), self.models.what(made)
            self.run.journal.event(kind, model=before, error=error, **facts)

    def _merging(self, model: Any, adapters: Any) -> Any:
        """What the merged model is to be held against. Looking at it must not keep the script from merging."""
        try:
            return self.outputs.expect(model), merges.before(model, adapters, self.steps)
        except Exception:
            return None

    def began(self, model: Any, adapter: str, origin: str, place: Any = None) -> None:
        """An adapter came into being: created, or loaded from a place."""
        if isinstance(place, (str, os.PathLike)):
            place = os.path.abspath(os.fspath(self.run.paths.reading(place)))
        self.models.begin(model, adapter, origin, place)
        self.run.met.made_at = self.run.code.stack()

    # -- training ------------------------------------------------------------------------------------------------------

    def stepped(self, optimizer: Any) -> None:
        """After every optimizer step. The first one after a backward pass of the script's own is its training."""
        self.steps += 1
        if self.steps & (self.steps - 1) == 0:  # 1, 2, 4, ...: of a run that is ended from outside nothing else tells
            self.run.journal.line({"kind": "stepped", "steps": self.steps})
        self.by_optimizer[id(optimizer)] = self.by_optimizer.get(id(optimizer), 0) + 1
        self.run.met.trained = True
        if not self.training and self._backward is not None:
            where, model = self._backward
            self._backward = None
            self.run.journal.event("trained", where=where, model=model, how="loop")

    def went_back(self) -> None:
        """At every backward pass: the line of the loop that trains, and its model before the first step."""
        self.backwards += 1
        if not self.steps and self.backwards >= MANY and self.backwards & (self.backwards - 1) == 0:
            self.run.journal.line({"kind": "unstepped", "backwards": self.backwards})
        answered = self.answered() if self.answered is not None else None
        optimizer = self.optimizer() if self.optimizer is not None else None
        if answered is not None and optimizer is not None:
            self.models.went_back(answered, optimizer)
        if self.training:
            return
        where = self.run.code.here()
        place = (where["filename"], where["row"])
        if place not in self._said:
            self._said.add(place)
            model = self.asked() if self.asked is not None else None
            self._backward = (where, self.models.describe(self.models.owner(model)) if model is not None else None)


def _is_module(found: Any) -> bool:
    return hasattr(found, "named_parameters") and hasattr(found, "modules")
