"""Trackers that would talk to a server: mlflow, over and over where none answers, and wandb for what to try next."""

from __future__ import annotations

from typing import Any

from ...context import Run
from ..libraries.wandb import Sweep
from ..trackers import SAID


def install(run: Run) -> None:
    """From now on no server is taken from the script."""

    @run.patches.after("mlflow.tracking._tracking_service.utils")
    def mlflow(module: Any) -> None:
        run.patches.replace(module, "set_tracking_uri", lambda real: lambda uri: run.neutral(SAID))

    @run.patches.after("wandb")
    def wandb(module: Any) -> None:
        sweep = Sweep(run)
        run.patches.replace(module, "sweep", lambda real: lambda *given, **named: sweep.begin(*given, **named))
        run.patches.replace(module, "agent", lambda real: lambda *given, **named: sweep.agent(*given, **named))
        run.patches.replace(module, "init", lambda real: _with_values(sweep, real))


def _with_values(sweep: Sweep, real: Any) -> Any:
    def init(*args: Any, config: Any = None, **options: Any) -> Any:
        return real(*args, config=sweep.over(config) if sweep.values else config, **options)

    return init
