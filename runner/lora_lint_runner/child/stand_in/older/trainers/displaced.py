"""Methods of a script's own trainer under a name that a newer Trainer uses for something else.

A copy of an older DPOTrainer has a `get_batch_samples(model, batch)` that draws answers; since 4.46 Trainer
calls its own `get_batch_samples(epoch_iterator, num_batches, device)` at each step.
"""

from __future__ import annotations

import sys
import traceback
from types import FrameType
from typing import Any

from ....context import Run
from ....frames import OURS

KIND = "displaced"
HOME = "transformers.trainer"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """The method, where the library called one of the script's that takes a model, with something else in its place."""
    trainer = getattr(sys.modules.get(HOME), "Trainer", None)
    called = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if not _ours(frame)]
    for caller, frame in zip(called, called[1:]):
        method, held = frame.f_code.co_name, frame.f_locals
        own = caller.f_globals.get("__name__") == HOME and frame.f_globals.get("__name__") != HOME
        if own and trainer is not None and isinstance(held.get("self"), trainer) and method in vars(trainer):
            if "model" in frame.f_code.co_varnames and not hasattr(held.get("model"), "parameters"):
                name = type(held["self"]).__name__
                return {"kind": KIND, "home": HOME, "owner": name, "method": method, "name": method}
    return None


def _ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(OURS)


def said(entry: dict[str, str], release: str | None) -> str:
    return f"{entry['owner']}.{entry['method']} takes the place of a method of the Trainer of transformers {release}"


def serve(run: Run, entry: dict[str, str]) -> None:
    """The library calls its own method, the script its own."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.Trainer, "__init__", lambda real: _apart(entry["method"], module.Trainer, real))


def _apart(method: str, trainer: Any, real: Any) -> Any:
    def init(self: Any, *args: Any, **options: Any) -> None:
        own, theirs = getattr(self, method), getattr(trainer, method).__get__(self)

        def called(*given: Any, **named: Any) -> Any:
            caller: FrameType | None = sys._getframe(1)
            while caller is not None and _ours(caller):
                caller = caller.f_back
            by_library = caller is not None and caller.f_globals.get("__name__") == HOME
            return (theirs if by_library else own)(*given, **named)

        setattr(self, method, called)
        real(self, *args, **options)

    return init
