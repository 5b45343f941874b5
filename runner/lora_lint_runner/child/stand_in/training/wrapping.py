"""Models of the script's own around the one that is fed: a batch that is handed to one by its names (`model(**batch)`)
holds what that one asks for, in the place of what the inner one does."""

from __future__ import annotations

import dis
import inspect
import sys
from types import FrameType
from typing import Any

from ...context import Run
from ..models.inputs.undecided import part

SPREADS = dis.opmap["CALL_FUNCTION_EX"]
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def install(run: Run) -> None:
    @run.patches.after("torch.nn.modules.module")
    def modules(module: Any) -> None:
        run.patches.replace(module.Module, "__call__", lambda real: _calling(run, real))


def _calling(run: Run, real: Any) -> Any:
    def call(self: Any, *args: Any, **options: Any) -> Any:
        if options and run.met.fed is not None and _is_spread(sys._getframe(1)) and _is_own(run, self):
            options = asked_for(self, args, options, run.met.fed)
        return real(self, *args, **options)

    return call


def _is_spread(frame: FrameType) -> bool:
    """Is a call made right now with `**`?"""
    return frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == SPREADS


def _is_own(run: Run, model: Any) -> bool:
    code = getattr(type(model).forward, "__code__", None)
    return code is not None and run.code.owns(code.co_filename)


def asked_for(model: Any, args: tuple[Any, ...], options: dict[str, Any], batch: Any) -> dict[str, Any]:
    """The arguments by their names: without those of the batch that the model does not take, with those that it does
    not do without. What each is, is decided by what takes it."""
    parameters = list(inspect.signature(type(model).forward).parameters.values())[1:]
    any_name = any(p.kind is p.VAR_KEYWORD for p in parameters)
    taken = {p.name for p in parameters}
    needed = [p.name for p in parameters[len(args) :] if p.default is p.empty and p.kind in NAMED]
    kept = {name: value for name, value in options.items() if any_name or name in taken or name not in batch.data}
    kept = {n: part(batch, v) if n in batch.data and hasattr(v, "as_subclass") else v for n, v in kept.items()}
    return {**{name: batch[name] for name in needed if name not in kept}, **kept}
