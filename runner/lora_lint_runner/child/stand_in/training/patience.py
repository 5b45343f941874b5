"""A training that goes on for a save of the script's callbacks that comes every so many steps: until it was made."""

from __future__ import annotations

import time
from typing import Any

from ...context import Run
from ...observe import saves

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
        over = time.monotonic() - getattr(self, "began_at", 0.0) > WAIT
        if state.global_step >= run.spec.steps and (saved or over):
            control.should_training_stop = True
        return found

    return on_step_end
