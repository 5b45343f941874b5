"""A training that goes on for a save of the script's callbacks that comes every so many steps: until it was made. Or
for an adapter that one of them lets learn later on: until it has learned something."""

from __future__ import annotations

import time
from typing import Any

from ...context import Run
from ...observe import saves
from ...spec import THAWS

WAIT = 40.0  # seconds


def install(run: Run) -> None:
    if "steps" not in run.spec.learned:
        return

    @run.patches.after("transformers.trainer_callback")
    def patch(module: Any) -> None:
        run.patches.replace(module.CallbackHandler, "on_train_begin", _beginning)
        run.patches.replace(module.CallbackHandler, "on_step_end", lambda real: _stepping(run, real))


def _beginning(real: Any) -> Any:
    def on_train_begin(self: Any, *args: Any, **options: Any) -> Any:
        self.began_at = time.monotonic()
        return real(self, *args, **options)

    return on_train_begin


def _stepping(run: Run, real: Any) -> Any:
    def on_step_end(self: Any, args: Any, state: Any, control: Any, **options: Any) -> Any:
        found = real(self, args, state, control, **options)
        saved = not run.journal.kinds.isdisjoint(saves.KINDS)
        came = bool(run.events.unheld.touched) if THAWS in run.spec.learned else saved
        over = time.monotonic() - getattr(self, "began_at", 0.0) > WAIT
        if state.global_step >= run.spec.steps and (came or over):
            control.should_training_stop = True
            if THAWS in run.spec.learned:  # of an adapter that has learned nothing yet, no checkpoint is the best
                state.best_metric = state.best_model_checkpoint = None
        return found

    return on_step_end
