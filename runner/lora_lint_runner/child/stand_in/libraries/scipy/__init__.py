"""A small scipy: the functions that training scripts ask for, of numbers, sounds, pictures and distances, with numpy;
any other is a score that is 0.5."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from ....context import Run
from ...scoring import Score
from . import arff, distances, numbers, signals, stats

HOMES: dict[str, dict[str, Any]] = {**stats.HOMES, **numbers.HOMES, **signals.HOMES, **distances.HOMES, **arff.HOMES}


def fill(module: ModuleType, run: Run) -> None:
    """Fills one of scipy's modules."""
    inner = module.__name__.partition(".")[2]
    module.__dict__.update({**numbers.of_numpy(inner), **HOMES.get(inner, {})}, _fallback=lambda name: Score())
    if inner == "optimize":
        module.__dict__["linear_sum_assignment"] = lambda costs, maximize=False: numbers.assigned(run, costs, maximize)
    for name in [home for home in HOMES if home.rpartition(".")[0] == inner]:  # `scipy.stats` asks for no import
        sys.modules[module.__name__] = module
        setattr(module, name.rpartition(".")[2], importlib.import_module(f"scipy.{name}"))
