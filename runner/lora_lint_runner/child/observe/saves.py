"""Every save: the line, the real type of what is saved, and which files the call wrote."""

from __future__ import annotations

import os
from typing import Any

from ..context import Run
from .by_hand import ByHand
from .listing import changed, listing, named
from .outputs import Outputs
from .state import Models, adapters_of, unwrapped

KINDS = ("saved", "weights_saved", "merged_copy_saved")  # of events, for saves that the script asks for itself
PIPELINE = "save_lora_weights"  # diffusers' way: one file of weights, no config


class Saves:
    """Watches saves. Of saves within a save only the outermost counts."""

    def __init__(self, run: Run, models: Models, outputs: Outputs) -> None:
        self.run, self.models, self.outputs = run, models, outputs
        self.by_hand = ByHand(models, outputs)
        self.depth = 0
        self.within: list[dict[str, Any]] = []  # lines of the script that the save under way leads through
        self.outer: tuple[str | None, int | None] = (None, None)  # the line of the save under way
        self.saved: list[dict[str, Any]] = []

    def around(
        self,
        how: str,
        kind: str,
        model: Any,
        place: Any,
        real: Any,
        *,
        hub: bool = False,
        folder: Any = None,
        sure: bool = True,
        trained: bool = False,
        empty: bool = False,
        written: Any = None,
    ) -> Any:
        """Does a save (`real`, without arguments) and writes down what it left at `place`. `sure` is False for tensors
        that may be those of no model, `trained` says that they are the whole of an adapter that was trained, `empty`
        that there is no tensor at all; `written` is what the script itself writes to a file."""
        stand_ins = self.run.hub
        if self.depth:
            return self._inner(how, kind, model, place, real)
        if place is None or self.run.met.over or (stand_ins is not None and stand_ins.busy):
            return real()
        target = self._target(folder if folder is not None else place)
        before, said = listing(target), self._said(place)
        state, own = self._state(model), self.run.code.asks()
        here = self.run.code.here()
        self.outer = here["filename"], here["row"]
        self.depth += 1
        error = None
        try:
            return real()
        except BaseException as problem:
            error = f"{type(problem).__name__}: {problem}".splitlines()[0][:300]
            raise
        finally:
            self.depth -= 1
            target = self._target(folder if folder is not None else place)
            files = changed(before, listing(target), target, said)
            fact = {
                "how": how,
                "place": said,
                "hub": hub,
                "files": files,
                "folder": target,
                "error": error,
                "own": own,
                "sure": sure,
                "trained": trained,
                "empty": empty,
                "temporary": target.startswith(self.run.box("tmp") + os.sep),
            }
            if error is None and written is not None:
                self.by_hand.wrote(target, written, self.run.events.steps)
            if error is None and model is not None and state is not None:
                fact["starts"] = self._starts(model, target)
                self.outputs.remember(target, model, self.run.events.steps)
            self.run.journal.event(kind, where=self._where(), model=state, **fact)
            self.saved.append({"kind": kind, "model": state, **fact})
            self.run.loops.reached()

    def _inner(self, how: str, kind: str, model: Any, place: Any, real: Any) -> Any:
        """A save within another. What a method of the script's own writes on the way is known line by line."""
        where = self.run.code.here()
        own = (where["filename"], where["row"]) != self.outer and isinstance(place, (str, os.PathLike))
        if not own or self.depth > 1:
            self.within.append(where)
            return real()
        target, said = self._target(place), self._said(place)
        before, state = listing(target), self._state(model)
        self.depth += 1
        try:
            found = real()
        finally:
            self.depth -= 1
        files = changed(before, listing(target), target, said)
        self.within.append({**where, "files": files, "model": state})
        if files and state is not None:
            starts = self._starts(model, target)
            self.outputs.remember(target, model, self.run.events.steps)
            fact = {"how": how, "place": said, "files": files, "folder": target, "error": None, "starts": starts}
            self.saved.append({"kind": kind, "model": state, **fact})
        return found

    def _target(self, place: Any) -> str:
        """Where in the box a place of the script's lies."""
        found: str = os.path.abspath(os.fspath(self.run.paths.reading(place)))
        return found

    def _said(self, place: Any) -> str:
        """A place in the script's own words."""
        return named(place, self.run.paths.moved, self.run.box("tmp"), self.run.spec.cwd)

    def _where(self) -> dict[str, Any]:
        """The line that asks for the save, and all others that it came through: a trainer's save may go on in a method
        of the script's own."""
        where, inner = self.run.code.here(), self.within
        self.within = []
        return {**where, "calls": [*where["calls"], *({k: v for k, v in w.items() if k != "calls"} for w in inner)]}

    def _state(self, model: Any) -> dict[str, Any] | None:
        import torch

        return self.models.describe(model) if isinstance(model, torch.nn.Module) else None

    def _starts(self, model: Any, target: str) -> dict[str, Any]:
        """How the adapters that are saved here began."""
        inner, _ = unwrapped(model)
        found = {}
        for name in adapters_of(inner):
            start, since = self.models.start(inner, name), self.models.saved_from(inner, name)
            if start is not None and since is not None:
                found[name] = {"origin": since.origin, "digests": since.digests}
                folder = target if name == "default" else os.path.join(target, name)  # as PEFT lays them out
                self.models.kept.setdefault(folder, {})[name] = start
        return found
